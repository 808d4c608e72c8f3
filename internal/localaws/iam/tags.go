package iam

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/principal"
)

const maxTags = 50

// newTags returns old tags with others set. Keys are compared without regard to case, and keep the
// case in which they were last set.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func newTags(old []Tag, set []types.Tag) ([]Tag, error) {
	out := slices.Clone(old)
	seen := map[string]bool{}
	for _, tag := range set {
		k, v := aws.ToString(tag.Key), aws.ToString(tag.Value)
		switch {
		case k == "" || utf8.RuneCountInString(k) > 128:
			return nil, validationError("1 validation error detected: Value '%s' at 'tags.member.key' failed to satisfy constraint: "+
				"Member must have length between 1 and 128", k)
		case utf8.RuneCountInString(v) > 256:
			return nil, validationError("1 validation error detected: Value '%s' at 'tags.member.value' failed to satisfy constraint: "+
				"Member must have length less than or equal to 256", v)
		case strings.HasPrefix(key(k), "aws:"):
			return nil, invalidInput("Tag keys beginning with aws: are reserved for system use.")
		case seen[key(k)]:
			return nil, invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		seen[key(k)] = true
		out = slices.DeleteFunc(out, func(t Tag) bool { return key(t.Key) == key(k) })
		out = append(out, Tag{k, v})
	}
	if len(out) > maxTags {
		return nil, limitExceeded("The number of tags has reached the maximum limit.")
	}
	slices.SortFunc(out, func(a, b Tag) int { return cmp.Compare(a.Key, b.Key) })
	return out, nil
}

// withoutTags removes tags by key; missing keys are not an error.
func withoutTags(old []Tag, keys []string) []Tag {
	return slices.DeleteFunc(old, func(t Tag) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return key(k) == key(t.Key) })
	})
}

func (tx *Tx) tag(kind Kind, name *string, set []types.Tag) error {
	return tx.editTags(kind, name, func(old []Tag) ([]Tag, error) { return newTags(old, set) })
}

func (tx *Tx) untag(kind Kind, name *string, keys []string) error {
	return tx.editTags(kind, name, func(old []Tag) ([]Tag, error) { return withoutTags(old, keys), nil })
}

// editTags allows tagging service-linked roles, as AWS does, but not Identity Center's.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
func (tx *Tx) editTags(kind Kind, name *string, f func([]Tag) ([]Tag, error)) error {
	if err := checkName(string(kind)+"Name", name, maxGroupName); err != nil {
		return err
	}
	if r := tx.Role(*name); kind == KindRole && r != nil && r.protection() == principal.IdentityCenter {
		return protected(r.Name)
	}
	return tx.EditEntity(kind, *name, func(e *Entity) (err error) {
		e.Tags, err = f(e.Tags)
		return err
	})
}

func tagPage(tags []Tag, marker *string, maxItems *int32) (page[types.Tag], error) {
	p, err := newPager(marker, maxItems)
	if err != nil {
		return page[types.Tag]{}, err
	}
	all := tagsOutput(tags)
	slices.SortFunc(all, func(a, b types.Tag) int { return cmp.Compare(*a.Key, *b.Key) })
	return take(p, named(p, all, func(t types.Tag) string { return *t.Key }), func(t types.Tag) (types.Tag, bool) { return t, true }), nil
}

func (tx *Tx) entityTags(kind Kind, name, marker *string, maxItems *int32) (page[types.Tag], error) {
	if err := checkName(string(kind)+"Name", name, maxGroupName); err != nil {
		return page[types.Tag]{}, err
	}
	e := tx.Entity(kind, *name)
	if e == nil {
		return page[types.Tag]{}, notFound(kind, *name)
	}
	return tagPage(e.Tags, marker, maxItems)
}

func (tx *Tx) tagUser(in *iam.TagUserInput) (*iam.TagUserOutput, error) {
	return &iam.TagUserOutput{}, tx.tag(KindUser, in.UserName, in.Tags)
}

func (tx *Tx) tagRole(in *iam.TagRoleInput) (*iam.TagRoleOutput, error) {
	return &iam.TagRoleOutput{}, tx.tag(KindRole, in.RoleName, in.Tags)
}

func (tx *Tx) tagPolicy(in *iam.TagPolicyInput) (*iam.TagPolicyOutput, error) {
	return &iam.TagPolicyOutput{}, tx.modifyPolicy(in.PolicyArn, func(p *Policy) (err error) {
		p.Tags, err = newTags(p.Tags, in.Tags)
		return err
	})
}

func (tx *Tx) untagUser(in *iam.UntagUserInput) (*iam.UntagUserOutput, error) {
	return &iam.UntagUserOutput{}, tx.untag(KindUser, in.UserName, in.TagKeys)
}

func (tx *Tx) untagRole(in *iam.UntagRoleInput) (*iam.UntagRoleOutput, error) {
	return &iam.UntagRoleOutput{}, tx.untag(KindRole, in.RoleName, in.TagKeys)
}

func (tx *Tx) untagPolicy(in *iam.UntagPolicyInput) (*iam.UntagPolicyOutput, error) {
	return &iam.UntagPolicyOutput{}, tx.modifyPolicy(in.PolicyArn, func(p *Policy) error {
		p.Tags = withoutTags(p.Tags, in.TagKeys)
		return nil
	})
}

func (tx *Tx) listUserTags(in *iam.ListUserTagsInput) (*iam.ListUserTagsOutput, error) {
	p, err := tx.entityTags(KindUser, in.UserName, in.Marker, in.MaxItems)
	return &iam.ListUserTagsOutput{Tags: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func (tx *Tx) listRoleTags(in *iam.ListRoleTagsInput) (*iam.ListRoleTagsOutput, error) {
	p, err := tx.entityTags(KindRole, in.RoleName, in.Marker, in.MaxItems)
	return &iam.ListRoleTagsOutput{Tags: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}

func (tx *Tx) listPolicyTags(in *iam.ListPolicyTagsInput) (*iam.ListPolicyTagsOutput, error) {
	arn, err := checkPolicyARN(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	policy := tx.Policy(arn)
	if policy == nil {
		return nil, policyNotFound(arn)
	}
	p, err := tagPage(policy.Tags, in.Marker, in.MaxItems)
	return &iam.ListPolicyTagsOutput{Tags: p.items, IsTruncated: p.truncated, Marker: p.marker}, err
}
