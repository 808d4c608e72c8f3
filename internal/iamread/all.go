package iamread

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

// pageSize is how many principals are read at a time. IAM allows 1,000. A page is one message
// of a walk, and with all inline policies it must fit into the memory of a small function.
const pageSize = 100

// Page reads some of the users and roles of an account, and the marker of the next page, empty
// after the last one. If a principal cannot be read, the others are returned with the first
// such error. An empty account stands for the account of the credentials.
//
// ListRoles and ListUsers cannot be used: they omit the boundaries.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
func (d *Directory) Page(ctx context.Context, account, marker string) (page []principal.Snapshot, next string, err error) {
	out, err := d.api.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{
		Filter:   []types.EntityType{types.EntityTypeUser, types.EntityTypeRole},
		MaxItems: aws.Int32(pageSize),
		Marker:   optional(marker),
	})
	if err != nil {
		return nil, "", awserr.Wrap(err, "reading all users and roles")
	}
	for s, bad := range snapshots(account, out) {
		if bad != nil {
			err = cmp.Or(err, bad)
			continue
		}
		page = append(page, s)
	}
	return page, aws.ToString(out.Marker), err
}

// optional returns nil for an empty text.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
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
