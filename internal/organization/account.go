package organization

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Account reads one account. It is [errclass.Gone] if it is not in the organization.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html
func (o *Organization) Account(ctx context.Context, id string) (a principal.Account, err error) {
	described, err := o.describe(ctx, id)
	if err != nil {
		return a, err
	}
	a = principal.Account{ID: id, Name: aws.ToString(described.Name)}
	if a.Units, err = o.above(ctx, id); err != nil {
		return principal.Account{}, err
	}
	if a.Tags, err = o.tagsOf(ctx, id); err != nil {
		return principal.Account{}, err
	}
	return a, nil
}

// Closed reports whether an account is closed, is suspended or being closed, or is not in the organization. An error is
// no answer.
func (o *Organization) Closed(ctx context.Context, id string) (bool, error) {
	a, err := o.describe(ctx, id)
	switch {
	case errclass.ClassOf(err) == errclass.Gone:
		return true, nil
	case err != nil:
		return false, err
	}
	return slices.Contains([]types.AccountState{types.AccountStateClosed, types.AccountStateSuspended, types.AccountStatePendingClosure}, a.State), nil
}

func (o *Organization) describe(ctx context.Context, id string) (*types.Account, error) {
	out, err := o.api.DescribeAccount(ctx, &organizations.DescribeAccountInput{AccountId: &id})
	var missing *types.AccountNotFoundException
	switch {
	case errors.As(err, &missing):
		return nil, errclass.New(errclass.Gone, "account %s is not in the organization", id)
	case err != nil:
		return nil, awserr.Wrap(err, "reading account %s from the organization", id)
	case out.Account == nil:
		return nil, errclass.New(errclass.Unknown, "AWS Organizations says nothing of account %s", id)
	}
	return out.Account, nil
}

// above returns the units of an account, from the root to its parent.
func (o *Organization) above(ctx context.Context, id string) (units []principal.Unit, err error) {
	for child := id; ; {
		parent, err := o.parent(ctx, child)
		if err != nil {
			return nil, err
		}
		unit := principal.Unit{ID: aws.ToString(parent.Id)}
		if parent.Type == types.ParentTypeOrganizationalUnit {
			out, err := o.api.DescribeOrganizationalUnit(ctx, &organizations.DescribeOrganizationalUnitInput{OrganizationalUnitId: parent.Id})
			if err != nil {
				return nil, awserr.Wrap(err, "reading the organizational unit %s", unit.ID)
			}
			if out.OrganizationalUnit != nil {
				unit.Name = aws.ToString(out.OrganizationalUnit.Name)
			}
		}
		units = append(units, unit)
		if parent.Type == types.ParentTypeRoot {
			slices.Reverse(units)
			return units, nil
		}
		child = unit.ID
	}
}

// parent returns the parent of an account or unit. Each has one.
func (o *Organization) parent(ctx context.Context, child string) (types.Parent, error) {
	pages := organizations.NewListParentsPaginator(o.api, &organizations.ListParentsInput{ChildId: &child})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return types.Parent{}, awserr.Wrap(err, "reading the organizational unit of %s", child)
		}
		if len(page.Parents) > 0 {
			return page.Parents[0], nil
		}
	}
	return types.Parent{}, errclass.New(errclass.Unknown, "AWS Organizations names no parent of %s", child)
}

// tagsOf returns the tags of an account, nil if they are not wanted.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListTagsForResource.html
func (o *Organization) tagsOf(ctx context.Context, id string) (map[string]string, error) {
	if !o.tags {
		return nil, nil
	}
	tags := map[string]string{}
	pages := organizations.NewListTagsForResourcePaginator(o.api, &organizations.ListTagsForResourceInput{ResourceId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, awserr.Wrap(err, "reading the tags of account %s", id)
		}
		for _, t := range page.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	return tags, nil
}
