package sim

import (
	"sort"
	"time"
)

// truth is what really happened.
type truth struct {
	byKey   map[string]*subject
	keys    []string
	writes  []*write
	users   names
	roles   names
	adverse int
	// edited are the times at which the documents of policies changed.
	edited map[string][]time.Time
}

// names are names in the order of their first use.
type names struct {
	all  []string
	seen map[string]bool
}

func (n *names) add(name string) {
	if n.seen == nil {
		n.seen = map[string]bool{}
	}
	if !n.seen[name] {
		n.seen[name] = true
		n.all = append(n.all, name)
		sort.Strings(n.all)
	}
}

// subject is one principal, by its unique id, or one boundary policy.
type subject struct {
	key, arn, name string
	policy         bool
	moments        []moment
	// lost is set if the record of a call on it was never delivered.
	lost bool
	// calls are the adversary's calls on it.
	calls []*adverse
	// names are its names, each with its start time; the first is its original name.
	names []naming
	// kept are the times of calls that left it outside without a change.
	kept             []time.Time
	repairs, changed int
}

// naming is when a target got a name.
type naming struct {
	at   time.Time
	name string
}

// had reports whether a target had a name at some moment between two times.
func (t *subject) had(name string, from, to time.Time) bool {
	for i, n := range t.names {
		until := to
		if i+1 < len(t.names) {
			until = t.names[i+1].at
		} else if !t.last().exists {
			until = t.moments[len(t.moments)-1].at
		}
		if n.name == name && !n.at.After(to) && !until.Before(from) {
			return true
		}
	}
	return false
}

// moment is a change of a target.
type moment struct {
	at time.Time
	state
	by *adverse // nil for Ringfence
}

// adverse is one call of the adversary.
type adverse struct {
	id, op, actor string
	name          string // of the principal in the call
	at            time.Time
	step          int
	delivered     bool
	lost          bool
}

// write is one write of Ringfence that took effect.
type write struct {
	at            time.Time
	by            *invocation
	op            string
	target        *subject
	name          string // the name in the call
	before, after state
	changed       bool
	told          *claim // the claim that reports it
}

// unseen reports whether the record of the call that caused the current state was lost.
func (t *subject) unseen() bool {
	if len(t.moments) == 0 {
		return false
	}
	by := t.moments[len(t.moments)-1].by
	return by != nil && by.lost
}

func (t *subject) last() state {
	if len(t.moments) == 0 {
		return state{}
	}
	return t.moments[len(t.moments)-1].state
}

// quiet reports whether the adversary did not touch a target for a time before: a write uses a
// name, which may have been another target's then.
func (t *subject) quiet(at time.Time, d time.Duration) bool {
	for _, n := range t.names {
		if !n.at.After(at) && at.Sub(n.at) < d {
			return false
		}
	}
	for _, m := range t.moments {
		if m.by != nil && !m.at.After(at) && at.Sub(m.at) < d {
			return false
		}
	}
	return true
}
