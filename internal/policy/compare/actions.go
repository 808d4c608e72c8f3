package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// actions are the action globs of a session, by service. Those with a wildcard in the service are wide.
type actions struct {
	globs     []actionGlob
	index     map[string]int
	services  map[string][]int
	names     []string // of the services, sorted
	wide      []int
	notAction bits
	words     int
	// exempt is the bit of a class that is the exempt action alone, -1 if no class is.
	exempt int
}

// exempt is the one action that no document allows or denies.
var exempt = strings.ToLower(eval.CallerIdentity)

func newActions(rules []rule) *actions {
	n := 0
	for i := range rules {
		n += len(rules[i].actions)
	}
	a := &actions{
		globs: make([]actionGlob, 0, n), index: make(map[string]int, n), services: map[string][]int{},
		words: len(rules)/64 + 1, exempt: -1,
	}
	a.notAction = make(bits, a.words)
	room := make(bits, (n+1)*a.words) // for the rules of all globs
	for n := range rules {
		if rules[n].notAction {
			a.notAction.set(n)
		}
		rules[n].globs = make([]int, len(rules[n].actions))
		for i, text := range rules[n].actions {
			g := a.glob(text, &room)
			a.globs[g].in.set(n)
			rules[n].globs[i] = g
		}
	}
	if slices.ContainsFunc(a.globs, func(g actionGlob) bool { return g.text != "*" && wildcard.Match(g.text, exempt) }) {
		a.exempt = len(rules)
		a.globs[a.glob(exempt, &room)].in.set(a.exempt)
	}
	for service := range a.services {
		a.names = append(a.names, service)
	}
	slices.Sort(a.names)
	return a
}

// cover finds, once, the globs that have all or some of the actions of g. It reports false if there is no
// budget for it.
func (a *actions) cover(g *actionGlob, b *lang.Budget) bool {
	if g.covered != nil {
		return true
	}
	note := func(o *actionGlob) {
		if g.within(o) {
			g.covered.add(o.in)
			g.met.add(o.in)
		} else if o.in.meets(a.notAction) && !g.apart(o) {
			g.met.add(o.in)
		}
	}
	service, ok := serviceOf(g.text)
	cost := len(a.globs)
	if ok {
		cost = len(a.services[service]) + len(a.wide)
	}
	if !b.Spend(lang.Comparing * cost) {
		return false
	}
	g.covered, g.met = make(bits, a.words), make(bits, a.words)
	if ok {
		for _, list := range [...][]int{a.services[service], a.wide} {
			for _, i := range list {
				note(&a.globs[i])
			}
		}
		return true
	}
	for i := range a.globs {
		note(&a.globs[i])
	}
	return true
}

// glob is the number of a glob; one that is new takes its part of the room.
func (a *actions) glob(text string, room *bits) int {
	i, old := a.index[text]
	if !old {
		i = len(a.globs)
		a.index[text] = i
		in := (*room)[:a.words:a.words]
		*room = (*room)[a.words:]
		g := newActionGlob(text)
		g.in = in
		a.globs = append(a.globs, g)
		if service, ok := serviceOf(text); ok {
			a.services[service] = append(a.services[service], i)
		} else {
			a.wide = append(a.wide, i)
		}
	}
	return i
}

// serviceOf is the service that all actions of a glob belong to, if there is one.
func serviceOf(action string) (string, bool) {
	colon := strings.IndexByte(action, ':')
	if colon < 0 {
		return "", false
	}
	return action[:colon], !strings.ContainsAny(action[:colon], "*?")
}

// classOf is the rules that match one action, which is given in lower case.
func (a *actions) classOf(action string) bits {
	b := make(bits, a.words)
	service, _, _ := strings.Cut(action, ":")
	for _, list := range [...][]int{a.services[service], a.wide} {
		for _, i := range list {
			if wildcard.Match(a.globs[i].text, action) {
				b.add(a.globs[i].in)
			}
		}
	}
	b.flip(a.notAction)
	return b
}

// serviceOf is the service of an action, * if no document names the service.
func (a *actions) serviceOf(action string) string {
	service, _, _ := strings.Cut(strings.ToLower(action), ":")
	if a.services[service] == nil {
		return others
	}
	return service
}
