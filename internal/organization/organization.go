// Package organization reads the accounts of an organization, with their organizational units and tags.
//
// https://docs.aws.amazon.com/organizations/latest/APIReference/Welcome.html
package organization

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

// Organization reads one organization. It is safe for concurrent use. All its calls only read.
type Organization struct {
	api  API
	tags bool
}

// API is the part of an [organizations.Client] that is used.
type API interface {
	organizations.ListRootsAPIClient
	organizations.ListOrganizationalUnitsForParentAPIClient
	organizations.ListAccountsForParentAPIClient
	organizations.ListParentsAPIClient
	organizations.ListTagsForResourceAPIClient
	DescribeAccount(context.Context, *organizations.DescribeAccountInput, ...func(*organizations.Options)) (*organizations.DescribeAccountOutput, error)
	DescribeOrganizationalUnit(context.Context, *organizations.DescribeOrganizationalUnitInput, ...func(*organizations.Options)) (*organizations.DescribeOrganizationalUnitOutput, error)
}

// New returns an organization that uses a client of the management account or of a delegated administrator. The tags of
// accounts, which are one more call for each, are only read if they are wanted.
func New(api API, tags bool) *Organization { return &Organization{api, tags} }
