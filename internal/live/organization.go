package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/awserr"
)

// Member is an account of an organization that is in use.
type Member struct {
	ID, Name string
	// Unit is the path of the names of its organizational units, such as Workloads/Production; empty in the root.
	Unit string
}

// treeAPI is what reading the organizational units needs.
type treeAPI interface {
	organizations.ListRootsAPIClient
	organizations.ListOrganizationalUnitsForParentAPIClient
	organizations.ListAccountsForParentAPIClient
}

// Organization reads all accounts with their organizational units, unit by unit. It uses an [organizations.Client] of the
// management account or of a delegated administrator.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccountsForParent.html
func Organization(ctx context.Context, api treeAPI) (all []Member, err error) {
	roots := organizations.NewListRootsPaginator(api, &organizations.ListRootsInput{})
	for roots.HasMorePages() {
		page, err := roots.NextPage(ctx)
		if err != nil {
			return nil, awserr.Wrap(err, "reading the root of the organization")
		}
		for _, root := range page.Roots {
			below, err := membersBelow(ctx, api, aws.ToString(root.Id), "")
			if err != nil {
				return nil, err
			}
			all = append(all, below...)
		}
	}
	return all, nil
}

// membersBelow reads the accounts of a root or unit, and of the units in it.
func membersBelow(ctx context.Context, api treeAPI, parent, path string) (all []Member, err error) {
	own := organizations.NewListAccountsForParentPaginator(api, &organizations.ListAccountsForParentInput{ParentId: &parent})
	for own.HasMorePages() {
		page, err := own.NextPage(ctx)
		if err != nil {
			return nil, awserr.Wrap(err, "listing the accounts of %s", parent)
		}
		for _, a := range page.Accounts {
			if a.State == types.AccountStateActive {
				all = append(all, Member{aws.ToString(a.Id), aws.ToString(a.Name), path})
			}
		}
	}
	units := organizations.NewListOrganizationalUnitsForParentPaginator(api, &organizations.ListOrganizationalUnitsForParentInput{ParentId: &parent})
	for units.HasMorePages() {
		page, err := units.NextPage(ctx)
		if err != nil {
			return nil, awserr.Wrap(err, "listing the organizational units of %s", parent)
		}
		for _, unit := range page.OrganizationalUnits {
			name := aws.ToString(unit.Name)
			if path != "" {
				name = path + "/" + name
			}
			below, err := membersBelow(ctx, api, aws.ToString(unit.Id), name)
			if err != nil {
				return nil, err
			}
			all = append(all, below...)
		}
	}
	return all, nil
}
