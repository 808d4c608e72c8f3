package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// actionGlob is one glob of the Action elements of both sides, with the rules that it
// is in.
type actionGlob struct {
	text string
	in   bits
	// covered is the rules in which a glob has all actions of this one, met those with
	// NotAction in which one may have some of them. See cover.
	covered, met bits
}

// actions are the action globs of a session, by service. Those that have a wildcard in
// or before the service's name are wide.
type actions struct {
	globs     []actionGlob
	index     map[string]int
	services  map[string][]int
	names     []string // of the services, sorted
	wide      []int
	notAction bits
	words     int
}

func newActions(rules []rule) *actions {
	n := 0
	for i := range rules {
		n += len(rules[i].actions)
	}
	a := &actions{
		globs: make([]actionGlob, 0, n), index: make(map[string]int, n), services: map[string][]int{},
		words: (len(rules) + 63) / 64,
	}
	a.notAction = make(bits, a.words)
	room := make(bits, n*a.words) // for the rules of all globs
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
	for service := range a.services {
		a.names = append(a.names, service)
	}
	slices.Sort(a.names)
	return a
}

// cover finds, once, the globs that have all or some of the actions of g. It reports
// false if there is no budget for it.
func (a *actions) cover(g *actionGlob, b *lang.Budget) bool {
	if g.covered != nil {
		return true
	}
	hold := func(o *actionGlob) {
		if actionWithin(g.text, o.text) {
			g.covered.add(o.in)
			g.met.add(o.in)
		} else if o.in.meets(a.notAction) && !actionsApart(g.text, o.text) {
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
				hold(&a.globs[i])
			}
		}
		return true
	}
	for i := range a.globs {
		hold(&a.globs[i])
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
		a.globs = append(a.globs, actionGlob{text: text, in: in})
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
			if matchAction(a.globs[i].text, action) {
				b.add(a.globs[i].in)
			}
		}
	}
	b.flip(a.notAction)
	return b
}

// matchAction matches a glob against an action, both in lower case. The action may be a
// glob itself: its * is then a character that only another * takes.
func matchAction(glob, s string) bool {
	star, from := -1, 0
	i, j := 0, 0
	for j < len(s) {
		switch {
		case i < len(glob) && glob[i] == '*':
			star, from = i, j
			i++
		case i < len(glob) && (glob[i] == '?' && s[j] != '*' || glob[i] == s[j]):
			i, j = i+1, j+1
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	for i < len(glob) && glob[i] == '*' {
		i++
	}
	return i == len(glob)
}

// actionWithin reports that every action of one glob is one of the other. False proves
// nothing.
func actionWithin(small, big string) bool {
	if big == "*" || small == big {
		return true
	}
	return matchAction(big, small)
}

// actionsApart reports that no action matches both globs. False proves nothing.
func actionsApart(a, b string) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		if isWild(a[i]) || isWild(b[i]) {
			break
		}
		if a[i] != b[i] {
			return true
		}
	}
	for i := 1; i <= len(a) && i <= len(b); i++ {
		x, y := a[len(a)-i], b[len(b)-i]
		if isWild(x) || isWild(y) {
			break
		}
		if x != y {
			return true
		}
	}
	return !strings.ContainsAny(a, "*?") && !matchAction(b, a) || !strings.ContainsAny(b, "*?") && !matchAction(a, b)
}

func isWild(c byte) bool { return c == '*' || c == '?' }
