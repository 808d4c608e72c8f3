package authdetails

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Details are the entities of one account.
type Details struct {
	// Account and Partition are those of the entities.
	Account, Partition string
	// Principals are the users and the roles, in the order of the input.
	Principals []Principal

	groups   map[string]group
	policies map[string]principal.PolicyState
	whole    bool
}

// Whole reports whether the details list the managed policies of the account. Without them, as
// with --filter, what is not there may exist all the same.
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

// group is a group of users: its policies, those attached without their documents.
type group []principal.IdentityPolicy

// Principal finds a user or role by its ARN, or a role by the ARN of one of its
// sessions.
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

// Document gives the JSON text of a managed policy's default version. The error says
// what the details lack.
func (d *Details) Document(arn string) ([]byte, error) {
	p, ok := d.policies[arn]
	if !ok {
		return nil, fmt.Errorf("the account's details do not hold the managed policy %s, which is in use (were they got with --filter?)", arn)
	}
	v, ok := p.Default()
	if !ok {
		return nil, fmt.Errorf("the account's details do not hold the default version of the managed policy %s", arn)
	}
	return v.Document, nil
}

// IdentityPolicies gives every policy that gives the principal something: its inline
// and attached ones, and for a user the same of each of its groups. The error names
// what the details lack: a policy that is left out must not read as one that allows
// nothing.
func (d *Details) IdentityPolicies(p *Principal) ([]principal.IdentityPolicy, error) {
	list := append([]principal.IdentityPolicy(nil), p.own...)
	for _, name := range p.Groups {
		g, ok := d.groups[name]
		if !ok {
			return nil, fmt.Errorf("%s is in the group %s, which the account's details do not hold (were they got with --filter?)", p.ARN(), name)
		}
		list = append(list, g...)
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
