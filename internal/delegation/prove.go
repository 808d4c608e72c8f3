package delegation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// AnAccount is an account to check documents in that are for every account: they name none, so that they do in all of
// them what they do in one.
const AnAccount = "123456789012"

// Prove checks documents with the policy engine: anyone who holds the delegation policy cannot get a principal outside
// the boundary, and with the SCP no one but its exceptions can make one where the principals of the rule are. It also
// checks their sizes and what IAM checks when they are stored. The error says what a document does not keep.
func (d *Documents) Prove(a *Area, t Target) error {
	for _, one := range []struct {
		what     string
		document *policy.Document
		size     int
		most     int
	}{
		{"the delegation policy", d.Delegation, policy.Size(d.Delegation.String()), policy.MaxSize},
		{"the SCP", d.Control, len(d.Control.String()), MaxControl},
	} {
		if err := one.document.Validate(policy.IdentityPolicy); err != nil {
			return fmt.Errorf("%s: %w", one.what, err)
		}
		if one.size > one.most {
			return fmt.Errorf("%s has %d characters, and may have %d: delegate a part of the rule, with --path", one.what, one.size, one.most)
		}
	}
	for _, e := range t.Exceptions {
		if resource, ok := lastField(e); !ok || !strings.HasPrefix(e, "arn:") || !strings.HasPrefix(resource, "role/") && !strings.HasPrefix(resource, "user/") {
			return fmt.Errorf("the exception %q is not the ARN of a role or user, such as arn:*:iam::*:role/deployer", e)
		}
	}
	s, err := a.Scope(t)
	if err != nil {
		return err
	}
	s.Own = []string{s.arn("policy/" + d.Name)}
	if r := Check(&s, nil, false, []*policy.Document{d.Delegation}); r.Answer() != compare.Proven || len(r.Assumed) > 0 {
		return fmt.Errorf("the delegation policy does not keep its holders inside the boundary: %s", r.failed())
	}
	if r := checkControl(&s, d.Control, t.Exceptions); r.Answer() != compare.Proven {
		return fmt.Errorf("the SCP does not keep principals inside the boundary: %s", r.failed())
	}
	return nil
}

// Scope is the scope of a check of policies that delegate the area: what is of the area is inside.
func (a *Area) Scope(t Target) (Scope, error) {
	account := t.Account
	if account == "" {
		account = AnAccount
	}
	s, err := NewScope(account, t.ARN)
	if err != nil {
		return s, err
	}
	principals, policies := a.resources()
	for _, r := range slices.Concat(principals, policies) {
		s.Within = append(s.Within, s.arn(r))
	}
	for _, r := range a.except {
		s.Except = append(s.Except, s.arn(r))
	}
	return s, nil
}

// failed says which holes are open, or not decided.
func (r *Report) failed() string {
	var list []string
	for i := range r.Holes {
		h := &r.Holes[i]
		for _, f := range h.Findings {
			list = append(list, fmt.Sprintf("%s: %s on %s", h.ID, f.Action, f.Witness.Resource))
		}
		for _, o := range h.Open {
			list = append(list, fmt.Sprintf("%s: %s is not decided: %s", h.ID, o.Action, o.Reason))
		}
	}
	return strings.Join(append(list, r.Assumed...), "; ")
}

// controlled are the holes that an SCP closes for everyone, where the principals of a rule are.
var controlled = []string{"create", "template", "put", "delete", "boundary", "move"}

// checkControl asks which of the holes an administrator has with an SCP, where the principals of the scope are.
func checkControl(s *Scope, control *policy.Document, exceptions []string) Report {
	admin := &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{statement("", policy.Allow, everywhere, everywhere)}}
	c := &check{Scope: s, asker: newAsker(s.Account, [][]*policy.Document{{admin}, {admin, control}})}
	var r Report
	for i := range holes {
		h := holes[i]
		if !slices.Contains(controlled, h.id) {
			continue
		}
		asks := h.asks
		h.asks = func(c *check, action string) dangers {
			kind, _ := c.resources(action)
			var out dangers
			if kind == "" {
				return out // it is on no principal
			}
			for _, d := range asks(c, action).all {
				if h.id != "boundary" {
					d.on = of(c.Within, kind)
				}
				d.when = append(d.when, is("ArnNotLike", "aws:PrincipalArn", exceptions...))
				out.all = append(out.all, d)
			}
			return out
		}
		r.Holes = append(r.Holes, c.hole(&h, &r))
	}
	return r
}
