package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// asCaller makes a principal of the class that has the keys of a request, and takes what follows from the
// principal out of these. It reports false if there is none.
func (s *session) asCaller(w *Witness, c *caller) bool {
	value := func(key string) string {
		for name, v := range w.Context {
			if strings.EqualFold(name, key) && len(v) == 1 {
				return v[0]
			}
		}
		return ""
	}
	p := c.who
	arn := value("aws:PrincipalArn")
	switch {
	case c.fixed:
	case p.Type == eval.Session:
		p.Identity = arn
	case p.Type == eval.Service:
		if name := value("aws:PrincipalServiceName"); name != "" {
			p.ARN = name
		}
	default:
		read, err := eval.ParsePrincipal(arn)
		if err != nil || read.Type != p.Type {
			return false
		}
		read.UserID = p.UserID
		if p.Type == eval.Federated {
			read.Identity, read.PathKnown, read.UserID = p.Identity, true, read.Account+":"+read.Name
		}
		p = read
	}
	if id := value("aws:userid"); id != "" && (p.Type == eval.User || p.Type == eval.Role || p.Type == eval.Session) {
		p.UserID = id
	}
	r := eval.Request{Principal: p}
	for name, v := range w.Context {
		if !slices.Contains(ofPrincipals, strings.ToLower(name)) {
			continue
		}
		if is := r.Values(name); len(is) > 0 {
			if !slices.Equal(is, v) {
				return false
			}
			delete(w.Context, name)
		}
	}
	w.Caller = &Caller{p, c.bounded, c.grant, eval.NoGrant}
	return s.isOne(&p, c)
}

// isOne reports whether a principal is one of a class: the same rules reach it.
func (s *session) isOne(p *eval.Principal, c *caller) bool {
	for n := range s.rules {
		r := &s.rules[n]
		if c.unclear.has(n) {
			continue
		}
		reach := r.of.policy.Reach(r.at, p, c.bounded)
		if is := reach >= c.grant || r.deny && reach != eval.NoGrant; is != c.rules.has(n) {
			return false
		}
	}
	return true
}

// hangs reports whether a request hangs on a rule of which it is not known whether it reaches its caller.
func (s *session) hangs(q question, in class, r *constraint.Request) bool {
	return slices.ContainsFunc(s.rules, func(o rule) bool {
		return in.rules.has(o.number) && in.caller.unclear.has(o.number) && (o.layer == q.to || slices.Contains(q.from, o.layer)) &&
			s.space.Satisfies(r, o.body, constraint.CrossColons)
	})
}

// inForce are the rules that match the actions of a class and reach its caller.
func (in *class) inForce() bits {
	if in.caller == nil {
		return in.rules
	}
	out := make(bits, len(in.rules))
	for w := range out {
		out[w] = in.rules[w] & in.caller.rules[w]
	}
	return out
}
