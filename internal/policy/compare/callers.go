package compare

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// caller is a class of callers that all Principal elements of a session treat alike, with the least grant
// that is asked for.
type caller struct {
	callers
	grant eval.Grant
	// rules reach these callers at least as far, and of the unclear ones it is not known whether they do.
	rules, unclear bits
	body           constraint.ID
}

// meet finds the classes of callers, and numbers what is said of them.
func (s *session) meet(named *namedPrincipals, unsigned bool) {
	document := constraint.NewDocument(policy.Version2008) // no variables
	var bodies []constraint.Body
	s.callers = []caller{}
	for _, c := range named.all(unsigned) {
		grants := []eval.Grant{}
		reach := make([]eval.Grant, len(s.rules))
		unclear := make(bits, s.actions.words)
		for n := range s.rules {
			r := &s.rules[n]
			reach[n] = r.of.policy.Reach(r.at, &c.who, c.bounded)
			if r.of.unclear(r.at, &c.who, c.bounded) {
				unclear.set(n)
				reach[n] = eval.NoGrant
				if !r.deny {
					grants = append(grants, eval.Direct)
				}
			}
			if !r.deny && reach[n] != eval.NoGrant {
				grants = append(grants, reach[n])
			}
		}
		slices.Sort(grants)
		for _, grant := range slices.Compact(grants) {
			one := caller{callers: c, grant: grant, rules: make(bits, s.actions.words), unclear: unclear}
			if s.actions.exempt >= 0 {
				one.rules.set(s.actions.exempt)
			}
			for n := range s.rules {
				if reach[n] >= grant || s.rules[n].deny && reach[n] != eval.NoGrant {
					one.rules.set(n)
				}
			}
			body, _ := document.Read(&policy.Statement{Resource: everything, Conditions: c.facts})
			s.callers, bodies = append(s.callers, one), append(bodies, body)
		}
	}
	for i, id := range s.space.Add(document, bodies) {
		s.callers[i].body = id
	}
}

// towards are the rules of a class of actions that are in force towards a caller. Of unclear ones those
// are that let more requests be an answer: what is proven so is proven however they are read.
func (s *session) towards(q question, class bits, c *caller) bits {
	out := make(bits, len(class))
	for w := range class {
		out[w] = class[w] & c.rules[w]
	}
	for n := range s.rules {
		r := &s.rules[n]
		from := slices.Contains(q.from, r.layer)
		if !class.has(n) || !c.unclear.has(n) || (from == r.deny) || !from && r.layer != q.to {
			continue
		}
		if !s.matched(q, class, n) {
			out.set(n)
		}
	}
	return out
}

// matched reports whether an unclear rule has a twin on the opposite side: however the one is read, so is
// the other.
func (s *session) matched(q question, class bits, n int) bool {
	r := &s.rules[n]
	from := slices.Contains(q.from, r.layer)
	return slices.ContainsFunc(s.rules, func(o rule) bool {
		opposite := from && o.layer == q.to || !from && slices.Contains(q.from, o.layer)
		return opposite && class.has(o.number) && o.deny == r.deny && o.principals == r.principals && o.body == r.body
	})
}

// reaches reports that o reaches every caller that r does, and as far.
func (s *session) reaches(r, o *rule) bool {
	if s.callers == nil || r.principals == o.principals {
		return true
	}
	return !slices.ContainsFunc(s.callers, func(c caller) bool {
		return (c.rules.has(r.number) || c.unclear.has(r.number)) && (!c.rules.has(o.number) || c.unclear.has(o.number))
	})
}

// unclear reports whether AWS does not document if a statement with NotPrincipal spares a principal. It
// does for those that it names in full: a user with its account, a session with its role and its account,
// and others by themselves; and for those that it does not name at all.
func (c *Compiled) unclear(statement int, who *eval.Principal, bounded bool) bool {
	s := &c.document.Statements[statement]
	if s.Principal == nil || !s.Principal.Not || s.Effect == policy.Deny && bounded {
		return false
	}
	named := c.positive()
	reach := func(p eval.Principal) eval.Grant { return named.Reach(statement, &p, false) }
	best := reach(*who)
	switch {
	case best == eval.NoGrant:
		return false
	case s.Effect == policy.Allow:
		return best != eval.Direct
	case best == eval.ToAccount:
		return false
	}
	account, err := eval.ParsePrincipal(who.Account)
	switch who.Type {
	case eval.User:
		return best != eval.Direct || err != nil || reach(account) != eval.Direct
	case eval.Session:
		role := eval.Principal{Type: eval.Role, ARN: who.Identity, Account: who.Account, Name: who.Name, Identity: who.Identity, PathKnown: true}
		return best != eval.Direct || err != nil || reach(account) != eval.Direct || reach(role) == eval.NoGrant
	case eval.Root, eval.Service, eval.External, eval.Anonymous:
		return best != eval.Direct
	}
	return true
}
