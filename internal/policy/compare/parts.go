package compare

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/constraint"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// part is a part of an answer: a service, a layer that must not allow, a rule that allows and one of the
// layer that denies, or none.
type part struct {
	service     string
	layer       int
	allow, deny int
	// caller is a principal that one of the rules names.
	caller string
}

// noRule is the number of no rule.
const noRule = -1

// parts are the parts that a witness in a cell of the class settles.
func (l *listing) parts(c constraint.Cell) (out []part) {
	allow, deny := []int(nil), []int{noRule}
	in, who := l.class.rules, (*eval.Principal)(nil)
	if c := l.class.caller; c != nil {
		in, who = l.towards(l.question, in, c), &c.who
	}
	for n := range l.rules {
		switch r := &l.rules[n]; {
		case !in.has(n) || !slices.Contains(c.Must, r.body):
		case r.deny && r.layer == l.to:
			if deny[0] == noRule {
				deny = nil
			}
			deny = append(deny, n)
		case !r.deny && slices.Contains(l.from, r.layer):
			allow = append(allow, n)
		}
	}
	for _, a := range allow {
		for _, d := range deny {
			p := part{service: l.service, layer: l.to, allow: a, deny: d}
			if l.rules[a].names(who) || d != noRule && l.rules[d].names(who) {
				p.caller = who.ARN
			}
			out = append(out, p)
		}
	}
	return out
}

// leave notes that parts were left open.
func (l *listing) leave(reason string, parts ...part) {
	for _, p := range parts {
		if _, is := l.open[p]; !is {
			l.open[p] = reason
		}
	}
}

// add takes in a witness, unless there is one for its service and statements.
func (l *listing) add(service string, w *Witness) {
	d := l.attribute(service, w)
	key := fmt.Sprint(d.Service, d.GrantedBy, d.DeniedBy, d.Silent, d.Nearer, d.caller)
	if _, is := l.rows[key]; !is {
		l.rows[key] = d
	}
}

// found puts together what was found.
func (l *listing) found() (f Found) {
	f.Differences = slices.SortedFunc(maps.Values(l.rows), func(a, b Difference) int {
		if c := slices.CompareFunc(a.GrantedBy, b.GrantedBy, Place.compare); c != 0 {
			return c
		}
		if c := slices.CompareFunc(a.DeniedBy, b.DeniedBy, Place.compare); c != 0 {
			return c
		}
		if c := compareServices(a.Service, b.Service); c != 0 || a.Witness.Caller == nil {
			return c
		}
		return strings.Compare(a.Witness.Caller.ARN, b.Witness.Caller.ARN)
	})
	for p, reason := range l.open {
		if !l.settled[p] {
			f.Open = append(f.Open, Open{p.service, reason})
		}
	}
	slices.SortFunc(f.Open, func(a, b Open) int {
		if c := compareServices(a.Service, b.Service); c != 0 {
			return c
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	f.Open = slices.Compact(f.Open)
	return f
}

// compareServices puts the services that nothing names last.
func compareServices(a, b string) int {
	switch {
	case a == b:
		return 0
	case a == others:
		return 1
	case b == others:
		return -1
	}
	return strings.Compare(a, b)
}
