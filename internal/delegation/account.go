package delegation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// Account is what exists in the account: which users and roles are outside, and what they have.
type Account struct {
	all      []one
	groups   []string // with users outside
	policies []string // of principals outside, and of holders
	lacking  []string // boundaries that the account certainly does not have
}

// one is a user or role.
type one struct {
	arn, boundary string
	kind          principal.Kind
	inside        bool
	// assumable is set if the trust policy may let a holder assume the role, passable if it may let a service.
	assumable, passable bool
}

// NewAccount sorts the principals of an account by whether they carry one of the boundaries of the scope. Policies and
// groups of the principals in s.Own are added to s.Own. The error says what the details lack.
func NewAccount(d *authdetails.Details, s *Scope) (*Account, error) {
	if s.Account != "" && d.Account != s.Account || d.Partition != s.Partition {
		return nil, fmt.Errorf("the details are of account %s in partition %s, and the boundary is of account %s in %s", d.Account, d.Partition, s.account(), s.Partition)
	}
	s.Account = d.Account
	a := &Account{}
	inside := s.inside()
	own := slices.Clone(s.Own)
	for i := range d.Principals {
		p := &d.Principals[i]
		if p.Protection() != principal.Unprotected {
			continue
		}
		o := one{arn: p.ARN(), boundary: p.Boundary, kind: p.Kind, inside: slices.Contains(inside, p.Boundary)}
		if p.Kind == principal.Role {
			o.assumable, o.passable = trusts(p.Trust, d.Account, own)
		}
		a.all = append(a.all, o)
		holder := slices.Contains(own, o.arn)
		if o.inside && !holder {
			continue
		}
		attached, groups, err := d.Attached(p)
		if err != nil {
			return nil, err
		}
		attached = slices.DeleteFunc(attached, managed)
		if !o.inside {
			a.groups, a.policies = append(a.groups, groups...), append(a.policies, attached...)
		}
		if holder {
			s.Own = slices.Concat(s.Own, groups, attached)
		}
	}
	a.policies = append(a.policies, of(s.Own, "policy/")...)
	for _, list := range []*[]string{&a.groups, &a.policies, &s.Own} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	for _, arn := range s.customer() {
		if _, ok := d.Policy(arn); !ok && d.Whole() {
			a.lacking = append(a.lacking, arn)
		}
	}
	return a, nil
}

// lacks reports whether the account certainly has no such policy.
func (a *Account) lacks(arn string) bool { return slices.Contains(a.lacking, arn) }

// principals are the users or roles, by the kind of their ARNs, that satisfy a condition.
func (a *Account) principals(kind string, is func(*one) bool) (list []*one) {
	for i := range a.all {
		if p := &a.all[i]; string(p.kind)+"/" == kind && is(p) {
			list = append(list, p)
		}
	}
	return list
}

func anyone(*one) bool      { return true }
func isOutside(p *one) bool { return !p.inside }

func arns(list []*one) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.arn
	}
	return out
}

// trusts reports whether a trust policy may let a principal of the account who holds the policies assume the role, and
// whether it may let a service. own are the principals who hold them, if they are known. What cannot be read may.
func trusts(document []byte, account string, own []string) (holders, services bool) {
	d, err := policy.Parse(document)
	if err != nil {
		return true, true
	}
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Effect != policy.Allow || s.Principal == nil {
			continue
		}
		if s.Principal.Not || s.Principal.Star {
			return true, true
		}
		for _, block := range s.Principal.Blocks {
			services = services || block.Type == policy.PrincipalService
			holders = holders || block.Type == policy.PrincipalAWS && slices.ContainsFunc(block.Values, func(v string) bool { return names(v, account, own) })
		}
	}
	return holders, services
}

// names reports whether a value of a Principal element may stand for a holder.
func names(value, account string, own []string) bool {
	resource, isARN := lastField(value)
	switch {
	case !isARN:
		return value == account || strings.Contains(value, "*")
	case !strings.Contains(value, ":"+account+":"):
		return false
	case resource == "root", len(of(own, "user/"))+len(of(own, "role/")) == 0:
		return true
	case strings.HasPrefix(resource, "assumed-role/"):
		role := strings.Split(resource, "/")[1]
		return slices.ContainsFunc(of(own, "role/"), func(arn string) bool { return strings.HasSuffix(arn, "/"+role) })
	}
	return slices.Contains(own, value)
}
