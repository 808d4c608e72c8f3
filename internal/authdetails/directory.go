package authdetails

import (
	"context"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Directory answers from an account's details as IAM would. If something is in use but not in the
// details, it is unknown, neither missing nor compliant: the error has the class errclass.Refused. Any
// number of goroutines may use a Directory.
type Directory struct {
	details  *Details
	byName   map[name]int
	carriers map[string][]principal.Ref
	members  map[string][]principal.Ref
}

// name is a principal's name as IAM compares names: case-insensitively.
type name struct {
	kind  principal.Kind
	lower string
}

// NewDirectory indexes details. They must not change afterwards.
func NewDirectory(d *Details) *Directory {
	dir := &Directory{
		details: d, byName: make(map[name]int, len(d.Principals)),
		carriers: map[string][]principal.Ref{}, members: map[string][]principal.Ref{},
	}
	for i := range d.Principals {
		p := &d.Principals[i]
		dir.byName[name{p.Kind, strings.ToLower(p.Name)}] = i
		if p.Boundary != "" {
			dir.carriers[p.Boundary] = append(dir.carriers[p.Boundary], p.Ref)
		}
		for _, g := range p.Groups {
			dir.members[g] = append(dir.members[g], p.Ref)
		}
	}
	return dir
}

func (d *Directory) find(ref principal.Ref) (*Principal, error) {
	i, ok := d.byName[name{ref.Kind, strings.ToLower(ref.Name)}]
	if !ok || ref.Account != d.details.Account {
		return nil, errclass.New(errclass.Gone, "the account's details do not contain %s", ref)
	}
	return &d.details.Principals[i], nil
}

// Principal returns a user or role by its name.
func (d *Directory) Principal(_ context.Context, ref principal.Ref) (principal.Snapshot, error) {
	p, err := d.find(ref)
	if err != nil {
		return principal.Snapshot{}, err
	}
	return p.Snapshot, nil
}

// Policy returns a managed policy with its versions.
func (d *Directory) Policy(_ context.Context, arn string) (principal.PolicyState, error) {
	if p, ok := d.details.Policy(arn); ok {
		if _, ok := p.Default(); ok {
			return p, nil
		}
	}
	if p, bad := principal.ParsePolicy(arn); bad == nil && p == principal.DenyAll(p.Partition) {
		return denyAll(arn), nil // a quarantine must be recognized
	}
	_, err := d.details.Document(arn)
	if p, bad := principal.ParsePolicy(arn); bad == nil && p.Account == d.details.Account && d.details.Whole() {
		return principal.PolicyState{}, errclass.New(errclass.Gone, "%w", err)
	}
	return principal.PolicyState{}, errclass.New(errclass.Refused, "%w", err)
}

// denyAll returns AWS's policy that denies everything. It may be in use without being listed.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
func denyAll(arn string) principal.PolicyState {
	return principal.PolicyState{ARN: arn, DefaultVersion: "v1", Versions: []principal.PolicyVersion{{
		ID: "v1", Default: true, Document: []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"]}]}`),
	}}}
}

// Versions returns the same as Policy: the details have all versions.
func (d *Directory) Versions(ctx context.Context, arn string) (principal.PolicyState, error) {
	return d.Policy(ctx, arn)
}

// Page returns all users and roles.
func (d *Directory) Page(context.Context, string, string) (page []principal.Snapshot, next string, err error) {
	page = make([]principal.Snapshot, len(d.details.Principals))
	for i := range d.details.Principals {
		page[i] = d.details.Principals[i].Snapshot
	}
	return page, "", nil
}

// Carriers returns the principals that carry a policy as their boundary.
func (d *Directory) Carriers(_ context.Context, _, arn, _ string) (page []principal.Ref, next string, err error) {
	return d.carriers[arn], "", nil
}

// Members returns the users of a group.
func (d *Directory) Members(_ context.Context, _, group, _ string) (page []principal.Ref, next string, err error) {
	return d.members[group], "", nil
}

// BoundedBy returns the principals that carry a policy as their boundary.
func (d *Directory) BoundedBy(_ context.Context, _, arn string) ([]principal.Ref, error) {
	return d.carriers[arn], nil
}

// IdentityPolicies returns all identity policies of a principal, including those of its groups.
func (d *Directory) IdentityPolicies(_ context.Context, ref principal.Ref) ([]principal.IdentityPolicy, error) {
	p, err := d.find(ref)
	if err != nil {
		return nil, err
	}
	list, err := d.details.IdentityPolicies(p)
	if err != nil {
		return nil, errclass.New(errclass.Refused, "%w", err)
	}
	return list, nil
}

// AttachedTo returns what a managed policy is attached to as a permissions policy.
func (d *Directory) AttachedTo(_ context.Context, arn string) (names []string, err error) {
	gives := func(list []principal.IdentityPolicy) bool {
		return slices.ContainsFunc(list, func(p principal.IdentityPolicy) bool { return p.ARN == arn })
	}
	for i := range d.details.Principals {
		if p := &d.details.Principals[i]; gives(p.own) {
			names = append(names, string(p.Kind)+" "+p.Name)
		}
	}
	for name, g := range d.details.groups {
		if gives(g.policies) {
			names = append(names, "group "+name)
		}
	}
	slices.Sort(names)
	return names, nil
}
