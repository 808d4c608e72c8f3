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

// reaching finds out who may assume a role that has no boundary: that role is the way around
// the boundary which the principal itself carries. It knows all accounts of an audit, since a
// role may trust principals of another one.
//
// Principals with the same policies are asked about together, and a role that names some of
// them is asked about these alone: a large account has many of both.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
type reaching struct {
	readings readings
	classes  classes
	// open are the roles that leave it to the policies of an account, by home, or of all.
	open map[home][]*openRole
	// named are those that name somebody: by ARN, by unique id, or by the role of a session.
	named map[string][]*openRole
	// dark are the roles whose trust policy cannot be read, and why.
	dark map[*authdetails.Principal]error
}

// home is an account in its partition; without an account, all of the partition.
type home struct{ partition, account string }

func newReaching() *reaching {
	return &reaching{open: map[home][]*openRole{}, named: map[string][]*openRole{}, dark: map[*authdetails.Principal]error{}}
}

// add takes in the roles of an account that have no boundary.
func (g *reaching) add(d *authdetails.Details) {
	for i := range d.Principals {
		p := &d.Principals[i]
		if p.Kind != principal.Role || p.Boundary != "" || p.Protection() == principal.ServiceLinked {
			continue
		}
		document, err := policy.Parse(p.Trust)
		if err != nil {
			g.dark[p] = err
			continue
		}
		g.index(g.role(p, document), document)
	}
}

// reach completes what was found of principals.
func (g *reaching) reach(r *Report) {
	Each(len(r.Principals), func(i int) {
		p := &r.Principals[i]
		if err := g.dark[p.source]; err != nil {
			p.TrustUnknown = "its trust policy cannot be read: " + err.Error()
		}
		switch {
		case p.Attached == "" || p.State == ServiceLinked:
		case p.class == nil:
			if !g.trusted(p.source) {
				p.ReachUnknown = "" // no role would let it in, whatever its policies say
			}
		default:
			p.Reaches, p.ReachesIf = g.of(p.source, p.class)
		}
	})
	r.unreadable("what %s may assume is not known: of %s, %s", "principal", func(p *Principal) string { return p.ReachUnknown })
	r.unreadable("who may assume %s without a boundary is not known: of %s, %s", "role", func(p *Principal) string { return p.TrustUnknown })
}

// unreadable warns of principals of which something is not known, and names the first.
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

// trusted reports whether some role without a boundary may mean a principal.
func (g *reaching) trusted(p *authdetails.Principal) bool {
	return len(g.open[home{p.Partition, ""}]) > 0 || len(g.open[home{p.Partition, p.Account}]) > 0 ||
		slices.ContainsFunc(names(p), func(name string) bool { return len(g.named[name]) > 0 })
}

// of are the roles that a principal may assume, and those under conditions.
func (g *reaching) of(p *authdetails.Principal, c *class) (finding.Strings, []Reach) {
	all := c.answers(g)
	var alone []*openRole // those that make a difference between p and others of its class
	for _, h := range []home{{p.Partition, ""}, {p.Partition, p.Account}} {
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
			found.add(c.asks(role, &caller, p))
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

// callerOf is a principal as IAM sees it when it calls.
func callerOf(p *authdetails.Principal) eval.Principal {
	caller := eval.Principal{
		Type: eval.User, ARN: p.ARN(), Account: p.Account, Name: p.Name, Identity: p.ARN(), PathKnown: true, UserID: p.ID,
	}
	if p.Kind == principal.Role {
		caller.Type = eval.Role
	}
	return caller
}
