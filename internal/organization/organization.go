// Package organization lists the accounts of an organization.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
package organization

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/awserr"
)

// Organization lists the accounts of one organization. It is safe for concurrent use.
type Organization struct {
	api      organizationsAPI
	excluded []string
}

type organizationsAPI interface {
	ListAccounts(context.Context, *organizations.ListAccountsInput, ...func(*organizations.Options)) (*organizations.ListAccountsOutput, error)
}

// New returns an organization that uses an [organizations.Client] of the management account or of a delegated
// administrator. Excluded accounts are not listed.
func New(api organizationsAPI, excluded []string) *Organization { return &Organization{api, excluded} }

// Accounts returns some of the accounts that are in use, and the marker of the next page, empty after the last one. An
// account that is suspended or being closed is not in use: no call can be made there. A page can be empty although
// others follow.
//
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html
func (o *Organization) Accounts(ctx context.Context, marker string) (page []string, next string, err error) {
	in := &organizations.ListAccountsInput{}
	if marker != "" {
		in.NextToken = &marker
	}
	out, err := o.api.ListAccounts(ctx, in)
	if err != nil {
		return nil, "", awserr.Wrap(err, "listing the accounts of the organization")
	}
	for _, a := range out.Accounts {
		if id := aws.ToString(a.Id); a.State == types.AccountStateActive && !slices.Contains(o.excluded, id) {
			page = append(page, id)
		}
	}
	return page, aws.ToString(out.NextToken), nil
}
