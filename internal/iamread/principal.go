package iamread

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

type principalAPI interface {
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	GetUser(context.Context, *iam.GetUserInput, ...func(*iam.Options)) (*iam.GetUserOutput, error)
}

// Principal reads the current state of a user or role, in one call. It needs only the name,
// kind and account of ref, and returns the full path. The error is [errclass.Gone] if the
// principal does not exist.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
func (d *Directory) Principal(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	switch {
	case ref.Name == "":
		// GetUser without a name would return the caller.
		return principal.Snapshot{}, errclass.New(errclass.BadInput, "a %s without a name cannot be read", ref.Kind)
	case ref.Kind == principal.Role:
		return d.role(ctx, ref)
	case ref.Kind == principal.User:
		return d.user(ctx, ref)
	}
	return principal.Snapshot{}, errclass.New(errclass.BadInput, "%s is neither a user nor a role", ref)
}

func (d *Directory) role(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	out, err := d.api.GetRole(ctx, &iam.GetRoleInput{RoleName: &ref.Name})
	if err != nil {
		return principal.Snapshot{}, awserr.Wrap(err, "reading %s", ref)
	}
	if out == nil || out.Role == nil {
		return principal.Snapshot{}, incomplete("the role %s", ref)
	}
	r := out.Role
	return snapshot(ref.Account, r.Arn, r.RoleId, r.CreateDate, r.PermissionsBoundary, r.Tags)
}

func (d *Directory) user(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	out, err := d.api.GetUser(ctx, &iam.GetUserInput{UserName: &ref.Name})
	if err != nil {
		return principal.Snapshot{}, awserr.Wrap(err, "reading %s", ref)
	}
	if out == nil || out.User == nil {
		return principal.Snapshot{}, incomplete("the user %s", ref)
	}
	u := out.User
	return snapshot(ref.Account, u.Arn, u.UserId, u.CreateDate, u.PermissionsBoundary, u.Tags)
}

// snapshot returns a snapshot of what IAM returns for users and roles alike. An empty account
// matches any.
func snapshot(account string, arn, id *string, created *time.Time,
	boundary *types.AttachedPermissionsBoundary, tags []types.Tag,
) (principal.Snapshot, error) {
	ref, err := principal.Parse(aws.ToString(arn))
	if err != nil {
		return principal.Snapshot{}, errclass.New(errclass.Unknown, "reading IAM's answer: %w", err)
	}
	if account != "" && ref.Account != account {
		return principal.Snapshot{}, errclass.New(errclass.Refused,
			"asked for a principal of account %s, IAM answered with %s: the credentials are for another account", account, ref)
	}
	s := principal.Snapshot{Ref: ref, ID: aws.ToString(id), Created: aws.ToTime(created)}
	if boundary != nil {
		if s.Boundary = aws.ToString(boundary.PermissionsBoundaryArn); s.Boundary == "" {
			return principal.Snapshot{}, incomplete("the ARN of the permissions boundary of %s", ref)
		}
	}
	if len(tags) > 0 {
		s.Tags = make(map[string]string, len(tags))
		for _, tag := range tags {
			s.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
	return s, nil
}
