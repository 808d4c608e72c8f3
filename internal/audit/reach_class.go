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

// class is all principals whose policies say the same of assuming a role.
type class struct {
	kind     kind
	home     home
	identity []*reading
	boundary *reading
	// caller is one of them: a made-up one that no policy names, unless the policies ask who it is.
	caller eval.Principal
	tags   keys

	once  sync.Once
	known answers
}

// classes are all of an audit. The zero value is ready for use.
type classes struct {
	mu    sync.Mutex
	known map[string]*class
}

// class is the one of a principal that carries a boundary. The error is of what cannot be read.
func (o *one) class(p *authdetails.Principal, policies []principal.IdentityPolicy) (*class, error) {
	c := &class{kind: kindOf(p.Kind), home: home{p.Partition, p.Account}}
	for _, i := range policies {
		d, err := o.documents.Parse(i.Document)
		if err != nil {
			return nil, fmt.Errorf("%s cannot be read: %w", i, err)
		}
		if !speaks(d) {
			continue
		}
		if r := o.reaching.readings.read(c.kind, i.Document, d); !r.empty() {
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
	c.boundary = o.reaching.readings.read(c.kind, text, d)
	slices.SortFunc(c.identity, func(a, b *reading) int { return a.number - b.number })
	c.identity = slices.Compact(c.identity)
	return o.reaching.classes.same(c, p), nil
}

// same is a class that is equal to one, which p is of.
func (all *classes) same(c *class, p *authdetails.Principal) *class {
	var key strings.Builder
	fmt.Fprint(&key, c.home, c.kind, c.boundary.number)
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

// tagsOf are a user's tags by their condition keys. Those of a role do not count: see [kind.knows].
func tagsOf(p *authdetails.Principal) keys {
	k := keys{}
	if p.Kind == principal.User {
		for key, value := range p.Tags {
			k["aws:PrincipalTag/"+key] = []string{value}
		}
	}
	return k
}

// answers are the roles that all of the class may assume, if nobody names them.
func (c *class) answers(g *reaching) *answers {
	c.once.Do(func() {
		c.known = answers{may: finding.Strings{}, maybe: []Reach{}}
		for _, h := range []home{{c.home.partition, ""}, c.home} {
			for _, r := range g.open[h] {
				if !r.personal && (h.account == "" || !slices.Contains(g.open[home{h.partition, ""}], r)) {
					c.known.add(c.ask(r, &c.caller, c.tags))
				}
			}
		}
		c.known.sort()
	})
	return &c.known
}
