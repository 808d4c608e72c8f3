package directory

import (
	"cmp"
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/principal"
)

type allAPI interface {
	GetAccountAuthorizationDetails(context.Context, *iam.GetAccountAuthorizationDetailsInput, ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error)
}

// pageSize is how many principals are asked for at a time. IAM allows 1,000, which with
// all their inline policies can be more than a small function has memory for.
const pageSize = 300

// All hands every user and role of an account to visit, page by page, so that an account
// of any size fits into memory. It stops at the first error that visit returns, and
// returns it as it is. A principal that cannot be read does not keep the others from
// being visited: the first such error is returned at the end. An empty account stands
// for whatever the credentials are for.
//
// ListRoles and ListUsers would not do: they leave the boundaries out.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func (d *Directory) All(ctx context.Context, account string, visit func(principal.Snapshot) error) error {
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(d.api, &iam.GetAccountAuthorizationDetailsInput{
		Filter:   []types.EntityType{types.EntityTypeUser, types.EntityTypeRole},
		MaxItems: aws.Int32(pageSize),
	})
	var unread error
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return awserr.Wrap(err, "reading all users and roles")
		}
		for s, err := range snapshots(account, page) {
			if err != nil {
				unread = cmp.Or(unread, err)
			} else if err := visit(s); err != nil {
				return err
			}
		}
	}
	return unread
}

// snapshots yields the users and then the roles of a page.
func snapshots(account string, page *iam.GetAccountAuthorizationDetailsOutput) iter.Seq2[principal.Snapshot, error] {
	return func(yield func(principal.Snapshot, error) bool) {
		for _, u := range page.UserDetailList {
			if !yield(snapshot(account, u.Arn, u.UserId, u.CreateDate, u.PermissionsBoundary, u.Tags)) {
				return
			}
		}
		for _, r := range page.RoleDetailList {
			if !yield(snapshot(account, r.Arn, r.RoleId, r.CreateDate, r.PermissionsBoundary, r.Tags)) {
				return
			}
		}
	}
}
