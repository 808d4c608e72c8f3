package authdetails

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Details are the entities of one account.
type Details struct {
	// Account and Partition are the account id and the partition of the entities.
	Account, Partition string
	// Principals are the users and roles, in the order of the input.
	Principals []Principal

	groups   map[string]group
	policies map[string]principal.PolicyState
	whole    bool
}

// Whole reports whether the details list the account's managed policies. If they do not, as with
// --filter, a policy that is missing from the details may exist.
func (d *Details) Whole() bool { return d.whole }

// Principal is a user or role.
type Principal struct {
	principal.Snapshot
	// Groups are the names of a user's groups.
	Groups []string
	// Trust is a role's trust policy, as JSON text.
	Trust []byte

	own []principal.IdentityPolicy
}

// group is a group of users. Its attached policies have no documents here.
type group struct {
	arn      string
	policies []principal.IdentityPolicy
}

// Principal finds a user or role by its ARN, or a role by the ARN of one of its sessions.
func (d *Details) Principal(arn string) (*Principal, bool) {
	session := "arn:" + d.Partition + ":sts::" + d.Account + ":assumed-role/"
	role, isSession := strings.CutPrefix(arn, session)
	role, _, _ = strings.Cut(role, "/")
	for i := range d.Principals {
		p := &d.Principals[i]
		if p.ARN() == arn || isSession && p.Kind == principal.Role && p.Name == role {
			return p, true
		}
	}
	return nil, false
}

// Policy finds a managed policy by its ARN.
func (d *Details) Policy(arn string) (principal.PolicyState, bool) {
	p, ok := d.policies[arn]
	return p, ok
}

// Document returns the JSON text of a managed policy's default version. The error says what the
// details lack.
func (d *Details) Document(arn string) ([]byte, error) {
	p, ok := d.policies[arn]
	if !ok {
		return nil, fmt.Errorf("the account's details do not contain the managed policy %s, which is in use (were they made with --filter?)", arn)
	}
	v, ok := p.Default()
	if !ok {
		return nil, fmt.Errorf("the account's details do not contain the default version of the managed policy %s", arn)
	}
	return v.Document, nil
}

// IdentityPolicies returns the inline and attached policies of a principal and, for a user, those of
// each of its groups. The error says what the details lack: a missing policy must not look like a
// policy that allows nothing.
func (d *Details) IdentityPolicies(p *Principal) ([]principal.IdentityPolicy, error) {
	list, _, err := d.given(p)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].ARN == "" {
			continue
		}
		document, err := d.Document(list[i].ARN)
		if err != nil {
			return nil, fmt.Errorf("reading the policies of %s: %w", p.ARN(), err)
		}
		list[i].Document = document
	}
	return list, nil
}

// Attached returns the ARNs of the managed policies that a principal has, itself or through its groups, and those of its
// groups. Unlike [Details.IdentityPolicies], it needs no documents. The error says what the details lack.
func (d *Details) Attached(p *Principal) (policies, groups []string, err error) {
	list, groups, err := d.given(p)
	for _, one := range list {
		if one.ARN != "" {
			policies = append(policies, one.ARN)
		}
	}
	return policies, groups, err
}

// given returns the policies of a principal, the attached ones without documents, and the ARNs of its groups.
func (d *Details) given(p *Principal) (list []principal.IdentityPolicy, groups []string, err error) {
	list = append(list, p.own...)
	for _, name := range p.Groups {
		g, ok := d.groups[name]
		if !ok {
			return nil, nil, fmt.Errorf("%s is in the group %s, which the account's details do not contain (were they made with --filter?)", p.ARN(), name)
		}
		list, groups = append(list, g.policies...), append(groups, g.arn)
	}
	return list, groups, nil
}
