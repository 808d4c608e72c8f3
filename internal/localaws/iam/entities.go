package iam

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// entities iterates over all groups, roles and users.
func (tx *Tx) entities() iter.Seq[*Entity] {
	return func(yield func(*Entity) bool) {
		for _, g := range tx.groups.all(tx.seq) {
			if !yield(&g.Entity) {
				return
			}
		}
		for _, r := range tx.roles.all(tx.seq) {
			if !yield(&r.Entity) {
				return
			}
		}
		for _, u := range tx.users.all(tx.seq) {
			if !yield(&u.Entity) {
				return
			}
		}
	}
}

// uses reports whether the entity has the managed policy attached, as boundary, or (without a
// filter) either.
func (e *Entity) uses(arn string, filter types.PolicyUsageType) bool {
	attached, boundary := slices.Contains(e.Attached, arn), e.Boundary == arn
	switch filter {
	case types.PolicyUsageTypePermissionsPolicy:
		return attached
	case types.PolicyUsageTypePermissionsBoundary:
		return boundary
	}
	return attached || boundary
}

// listEntitiesForPolicy pages through groups, roles and users as one list, as AWS does.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
func (tx *Tx) listEntitiesForPolicy(in *iam.ListEntitiesForPolicyInput) (*iam.ListEntitiesForPolicyOutput, error) {
	arn, err := checkPolicyARN(in.PolicyArn)
	if err != nil {
		return nil, err
	}
	if tx.Policy(arn) == nil {
		return nil, policyNotFound(arn)
	}
	kind, err := entityFilter(in.EntityFilter)
	if err != nil {
		return nil, err
	}
	p, err := newPager(in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found := take(p, p.entities(tx), func(e *Entity) (*Entity, bool) {
		return e, (kind == "" || e.Kind == kind) && strings.HasPrefix(e.Path, aws.ToString(in.PathPrefix)) &&
			e.uses(arn, in.PolicyUsageFilter)
	})
	out := &iam.ListEntitiesForPolicyOutput{
		PolicyGroups: []types.PolicyGroup{}, PolicyRoles: []types.PolicyRole{}, PolicyUsers: []types.PolicyUser{},
		IsTruncated: found.truncated, Marker: found.marker,
	}
	for _, e := range found.items {
		switch e.Kind {
		case KindGroup:
			out.PolicyGroups = append(out.PolicyGroups, types.PolicyGroup{GroupName: aws.String(e.Name), GroupId: aws.String(e.ID)})
		case KindRole:
			out.PolicyRoles = append(out.PolicyRoles, types.PolicyRole{RoleName: aws.String(e.Name), RoleId: aws.String(e.ID)})
		case KindUser:
			out.PolicyUsers = append(out.PolicyUsers, types.PolicyUser{UserName: aws.String(e.Name), UserId: aws.String(e.ID)})
		}
	}
	return out, nil
}

// entities iterates over all entities after the pager's key, which begins with the kind.
func (p *pager) entities(tx *Tx) iter.Seq2[string, *Entity] {
	return func(yield func(string, *Entity) bool) {
		for e := range tx.entities() {
			if k := string(e.Kind) + "/" + key(e.Name); k > p.after && !yield(k, e) {
				return
			}
		}
	}
}

func entityFilter(filter types.EntityType) (Kind, error) {
	switch filter {
	case "":
		return "", nil
	case types.EntityTypeUser:
		return KindUser, nil
	case types.EntityTypeRole:
		return KindRole, nil
	case types.EntityTypeGroup:
		return KindGroup, nil
	case types.EntityTypeLocalManagedPolicy, types.EntityTypeAWSManagedPolicy:
		return "none", nil
	}
	return "", validationError("1 validation error detected: Value '%s' at 'entityFilter' failed to satisfy constraint: "+
		"Member must satisfy enum value set: [User, Role, Group, LocalManagedPolicy, AWSManagedPolicy]", filter)
}

// UsedBy returns the entities that have the managed policy attached or as boundary.
func (tx *Tx) UsedBy(policyARN string) []Entity {
	var found []Entity
	for e := range tx.entities() {
		if e.uses(policyARN, "") {
			found = append(found, *e)
		}
	}
	return found
}
