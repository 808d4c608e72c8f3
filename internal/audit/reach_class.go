package audit

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// class is all principals whose policies treat sts:AssumeRole in the same way.
type class struct {
	kind     kind
	scope    scope
	identity []*reading
	boundary *reading
	// caller represents the class: a made-up one that no policy names, unless a policy depends on
	// who the caller is.
	caller eval.Principal
	tags   keys

	once  sync.Once
	known answers
}

// classes are the classes of an audit. The zero value is ready for use.
type classes struct {
	mu    sync.Mutex
	known map[string]*class
}

// class returns the class of a principal with a boundary. It fails if a policy cannot be read.
func (o *accountAudit) class(p *authdetails.Principal, policies []principal.IdentityPolicy) (*class, error) {
	c := &class{kind: kindOf(p.Kind), scope: scope{p.Partition, p.Account}}
	for _, i := range policies {
		d, err := o.documents.Parse(i.Document)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", i, err)
		}
		if !mentionsAssume(d) {
			continue
		}
		if r := o.assumable.readings.read(c.kind, i.Document, d); !r.empty() {
			c.identity = append(c.identity, r)
		}
	}
	text, err := o.details.Document(p.Boundary)
	if err != nil {
		return nil, err
	}
	d, err := o.documents.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", p.Boundary, err)
	}
	c.boundary = o.assumable.readings.read(c.kind, text, d)
	slices.SortFunc(c.identity, func(a, b *reading) int { return a.number - b.number })
	c.identity = slices.Compact(c.identity)
	return o.assumable.classes.same(c, p), nil
}

// same returns the class in all that equals c, to which p belongs.
func (all *classes) same(c *class, p *authdetails.Principal) *class {
	var key strings.Builder
	fmt.Fprint(&key, c.scope, c.kind, c.boundary.number)
	personal := c.boundary.personal
	for _, r := range c.identity {
		fmt.Fprint(&key, " ", r.number)
		personal = personal || r.personal
	}
	if personal {
		fmt.Fprint(&key, " ", p.ARN())
		c.caller, c.tags = callerOf(p), tagsOf(p)
	} else {
		c.caller = callerOf(&authdetails.Principal{Snapshot: principal.Snapshot{
			Ref: principal.Ref{Partition: p.Partition, Account: p.Account, Kind: p.Kind, Path: "/", Name: "(anybody)"}, ID: "(anybody)",
		}})
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if known, ok := all.known[key.String()]; ok {
		return known
	}
	if all.known == nil {
		all.known = map[string]*class{}
	}
	all.known[key.String()] = c
	return c
}

// tagsOf returns a user's tags as condition keys. The tags of a role do not count: see [kind.knows].
func tagsOf(p *authdetails.Principal) keys {
	k := keys{}
	if p.Kind == principal.User {
		for key, value := range p.Tags {
			k["aws:PrincipalTag/"+key] = []string{value}
		}
	}
	return k
}

// answers returns the roles that every principal of the class can assume, if no role names it.
func (c *class) answers(g *assumable) *answers {
	c.once.Do(func() {
		c.known = answers{may: finding.Strings{}, maybe: []Reach{}}
		for _, h := range []scope{{c.scope.partition, ""}, c.scope} {
			for _, r := range g.open[h] {
				if !r.personal && (h.account == "" || !slices.Contains(g.open[scope{h.partition, ""}], r)) {
					c.known.add(c.ask(r, &c.caller, c.tags))
				}
			}
		}
		c.known.sort()
	})
	return &c.known
}
