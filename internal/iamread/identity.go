package iamread

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

type identityAPI interface {
	ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error)
	ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error)
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)

	ListAttachedUserPolicies(context.Context, *iam.ListAttachedUserPoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedUserPoliciesOutput, error)
	ListUserPolicies(context.Context, *iam.ListUserPoliciesInput, ...func(*iam.Options)) (*iam.ListUserPoliciesOutput, error)
	GetUserPolicy(context.Context, *iam.GetUserPolicyInput, ...func(*iam.Options)) (*iam.GetUserPolicyOutput, error)
	ListGroupsForUser(context.Context, *iam.ListGroupsForUserInput, ...func(*iam.Options)) (*iam.ListGroupsForUserOutput, error)

	ListAttachedGroupPolicies(context.Context, *iam.ListAttachedGroupPoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedGroupPoliciesOutput, error)
	ListGroupPolicies(context.Context, *iam.ListGroupPoliciesInput, ...func(*iam.Options)) (*iam.ListGroupPoliciesOutput, error)
	GetGroupPolicy(context.Context, *iam.GetGroupPolicyInput, ...func(*iam.Options)) (*iam.GetGroupPolicyOutput, error)
}

// IdentityPolicies reads all identity policies of a principal: those attached to it, its inline
// ones, and for a user those of each of its groups, in this order. The error is [errclass.Gone]
// if the principal does not exist. If a policy disappears meanwhile, it is
// [errclass.Retryable], since the rest may be out of date too. The documents are shared and
// must not be changed.
//
// A role costs two calls, a user three and two for each group. Each inline policy costs one
// more, and each managed one as many as [Directory.Policy].
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
func (d *Directory) IdentityPolicies(ctx context.Context, ref principal.Ref) ([]principal.IdentityPolicy, error) {
	holders, err := d.holders(ctx, ref)
	if err != nil {
		return nil, err
	}
	policies, err := d.lists(ctx, holders)
	if err != nil {
		return nil, err
	}
	return d.documentsOf(ctx, policies)
}

// holder is a role, user or group that has policies.
type holder interface {
	// String returns its name for messages.
	String() string
	// group returns its name if it is a group.
	group() string
	attached(context.Context) ([]types.AttachedPolicy, error)
	inline(context.Context) ([]string, error)
	// document reads an inline policy, percent-encoded.
	document(ctx context.Context, name string) (*string, error)
}

// holders returns the principal itself and, for a user, its groups.
func (d *Directory) holders(ctx context.Context, ref principal.Ref) ([]holder, error) {
	switch {
	case ref.Name == "":
		return nil, errclass.New(errclass.BadInput, "a %s without a name cannot be read", ref.Kind)
	case ref.Kind == principal.Role:
		return []holder{roleHolder{d.api, ref}}, nil
	case ref.Kind != principal.User:
		return nil, errclass.New(errclass.BadInput, "%s is neither a user nor a role", ref)
	}
	groups, err := collect(ctx, iam.NewListGroupsForUserPaginator(d.api, &iam.ListGroupsForUserInput{UserName: &ref.Name}),
		func(page *iam.ListGroupsForUserOutput) []types.Group { return page.Groups })
	if err != nil {
		return nil, awserr.Wrap(err, "listing the groups of %s", ref)
	}
	holders := []holder{userHolder{d.api, ref}}
	for _, g := range groups {
		holders = append(holders, groupHolder{d.api, aws.ToString(g.GroupName)})
	}
	return holders, nil
}

// found is a policy of a holder whose document has not been read yet.
type found struct {
	principal.IdentityPolicy
	on holder
}

// lists reads the names of the policies of the holders. The first holder is the principal; only
// its Gone means that the principal does not exist.
func (d *Directory) lists(ctx context.Context, holders []holder) ([]found, error) {
	each := make([][]found, 2*len(holders)) // attached and inline ones, alternating
	err := gather(ctx, len(each), func(ctx context.Context, i int) (err error) {
		h := holders[i/2]
		if i%2 == 0 {
			each[i], err = listAttached(ctx, h)
		} else {
			each[i], err = listInline(ctx, h)
		}
		if i >= 2 {
			err = changing(err)
		}
		return err
	})
	var all []found
	for _, policies := range each {
		all = append(all, policies...)
	}
	return all, err
}

func listAttached(ctx context.Context, h holder) ([]found, error) {
	attached, err := h.attached(ctx)
	if err != nil {
		return nil, awserr.Wrap(err, "listing the policies attached to %s", h)
	}
	source := principal.Attached
	if h.group() != "" {
		source = principal.GroupAttached
	}
	policies := make([]found, len(attached))
	for i, p := range attached {
		policies[i] = found{principal.IdentityPolicy{
			Source: source, Name: aws.ToString(p.PolicyName), ARN: aws.ToString(p.PolicyArn), Group: h.group(),
		}, h}
		if policies[i].ARN == "" {
			return nil, incomplete("the ARN of a policy attached to %s", h)
		}
	}
	return policies, nil
}

func listInline(ctx context.Context, h holder) ([]found, error) {
	names, err := h.inline(ctx)
	if err != nil {
		return nil, awserr.Wrap(err, "listing the inline policies of %s", h)
	}
	source := principal.Inline
	if h.group() != "" {
		source = principal.GroupInline
	}
	policies := make([]found, len(names))
	for i, name := range names {
		policies[i] = found{principal.IdentityPolicy{Source: source, Name: name, Group: h.group()}, h}
	}
	return policies, nil
}

// documentsOf reads the documents. A managed policy that applies both directly and through
// groups is read once.
func (d *Directory) documentsOf(ctx context.Context, policies []found) ([]principal.IdentityPolicy, error) {
	first := map[string]int{} // ARN → its first index
	var wanted []int
	for i, p := range policies {
		if _, known := first[p.ARN]; p.ARN != "" && known {
			continue
		}
		first[p.ARN] = i
		wanted = append(wanted, i)
	}
	err := gather(ctx, len(wanted), func(ctx context.Context, n int) (err error) {
		p := &policies[wanted[n]]
		if p.ARN != "" {
			p.Document, err = d.Document(ctx, p.ARN)
		} else {
			p.Document, err = inlineDocument(ctx, p.on, p.Name)
		}
		return changing(err)
	})
	if err != nil {
		return nil, err
	}
	all := make([]principal.IdentityPolicy, len(policies))
	for i, p := range policies {
		all[i] = p.IdentityPolicy
		if p.ARN != "" {
			all[i].Document = policies[first[p.ARN]].Document
		}
	}
	return all, nil
}

func inlineDocument(ctx context.Context, h holder, name string) ([]byte, error) {
	document, err := h.document(ctx, name)
	if err != nil {
		return nil, awserr.Wrap(err, "reading inline policy %s of %s", name, h)
	}
	return decode(document, "inline policy "+name+" of "+h.String())
}
