package audit

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// assumable finds out which principals can assume a role without a boundary: such a role is a
// way around the principal's own boundary. It covers all accounts of an audit, because a role
// can trust principals of another account.
//
// To be fast in large accounts, it evaluates principals with the same policies together, and
// roles that name single principals for these only.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
type assumable struct {
	readings readings
	classes  classes
	// open are the roles that trust an account, so that its identity policies decide. The scope
	// is that account, or all.
	open map[scope][]*openRole
	// named are the roles that name a principal: by ARN, by unique id, or by a role session.
	named map[string][]*openRole
	// unreadable are the roles whose trust policy cannot be read, and why.
	unreadable map[*authdetails.Principal]error
}

// scope is an account in its partition. Without an account, it is the whole partition.
type scope struct{ partition, account string }

func newAssumable() *assumable {
	return &assumable{open: map[scope][]*openRole{}, named: map[string][]*openRole{}, unreadable: map[*authdetails.Principal]error{}}
}

// add adds the roles of an account that have no boundary.
func (g *assumable) add(d *authdetails.Details) {
	for i := range d.Principals {
		p := &d.Principals[i]
		if p.Kind != principal.Role || p.Boundary != "" || p.Protection() == principal.ServiceLinked {
			continue
		}
		document, err := policy.Parse(p.Trust)
		if err != nil {
			g.unreadable[p] = err
			continue
		}
		g.index(g.role(p, document), document)
	}
}

// reach fills in the roles that each principal can assume.
func (g *assumable) reach(r *Report) {
	Each(len(r.Principals), func(i int) {
		p := &r.Principals[i]
		if err := g.unreadable[p.source]; err != nil {
			p.TrustUnknown = "its trust policy cannot be read: " + err.Error()
		}
		switch {
		case p.Attached == "" || p.State == ServiceLinked:
		case p.class == nil:
			if !g.trusted(p.source) {
				p.ReachUnknown = "" // no role trusts it, whatever its policies allow
			}
		default:
			p.Reaches, p.ReachesIf = g.of(p.source, p.class)
		}
	})
	r.unreadable("which roles %s can assume is not known: %s: %s", "principal", func(p *Principal) string { return p.ReachUnknown })
	r.unreadable("which principals can assume %s without a boundary is not known: %s: %s", "role", func(p *Principal) string { return p.TrustUnknown })
}

// unreadable warns of principals about which something is not known, with the first as example.
func (r *Report) unreadable(format, thing string, why func(p *Principal) string) {
	n, first := 0, -1
	for i := range r.Principals {
		if why(&r.Principals[i]) != "" {
			if n++; first < 0 {
				first = i
			}
		}
	}
	if n > 0 {
		p := &r.Principals[first]
		r.Warnings = append(r.Warnings, fmt.Sprintf(format, count(n, thing), p.ARN, why(p)))
	}
}

// trusted reports whether a role without a boundary may trust a principal.
func (g *assumable) trusted(p *authdetails.Principal) bool {
	return len(g.open[scope{p.Partition, ""}]) > 0 || len(g.open[scope{p.Partition, p.Account}]) > 0 ||
		slices.ContainsFunc(names(p), func(name string) bool { return len(g.named[name]) > 0 })
}

// of returns the roles that a principal can assume, and those it can assume under conditions.
func (g *assumable) of(p *authdetails.Principal, c *class) (finding.Strings, []Reach) {
	all := c.answers(g)
	var alone []*openRole // roles that treat p differently from others of its class
	for _, h := range []scope{{p.Partition, ""}, {p.Partition, p.Account}} {
		for _, role := range g.open[h] {
			if role.personal {
				alone = append(alone, role)
			}
		}
	}
	for _, name := range names(p) {
		alone = append(alone, g.named[name]...)
	}
	if len(alone) == 0 {
		return all.may, all.maybe
	}
	caller := callerOf(p)
	found := answers{may: finding.Strings{}, maybe: []Reach{}}
	asked := make(map[string]bool, len(alone))
	for _, role := range alone {
		if !asked[role.arn] {
			asked[role.arn] = true
			found.add(c.reachOf(role, &caller, p))
		}
	}
	for _, arn := range all.may {
		if !asked[arn] {
			found.may = append(found.may, arn)
		}
	}
	for _, reach := range all.maybe {
		if !asked[reach.Role] {
			found.maybe = append(found.maybe, reach)
		}
	}
	found.sort()
	return found.may, found.maybe
}

// callerOf returns a principal as IAM sees it when it makes a call.
func callerOf(p *authdetails.Principal) eval.Principal {
	caller := eval.Principal{
		Type: eval.User, ARN: p.ARN(), Account: p.Account, Name: p.Name, Identity: p.ARN(), PathKnown: true, UserID: p.ID,
	}
	if p.Kind == principal.Role {
		caller.Type = eval.Role
	}
	return caller
}
