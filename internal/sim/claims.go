package sim

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// claim is what a finding says about one write.
type claim struct {
	finding.Attempt
	id    string
	about *write // nil until it is found
}

// claims returns what the latest revisions say about writes, by target.
func claims(latest map[string]finding.Finding) map[string][]*claim {
	all := map[string][]*claim{}
	for _, id := range slices.Sorted(maps.Keys(latest)) {
		f := latest[id]
		for _, a := range f.Attempts {
			all[keyOfFinding(f)] = append(all[keyOfFinding(f)], &claim{Attempt: a, id: id})
		}
	}
	for _, list := range all { // sure claims first
		slices.SortStableFunc(list, func(a, b *claim) int {
			return cmp.Or(a.rank()-b.rank(), a.Begun.Compare(b.Begun))
		})
	}
	return all
}

// end returns the latest time of a write that can match a claim. A process that does not say when
// it ended had the usual time limit. Without an answer, the call can take effect after the process
// has given up on it.
func (c *claim) end() time.Time {
	if c.Ended == nil || c.Outcome == finding.Unconfirmed {
		return c.Begun.Add(enforceTime)
	}
	return *c.Ended
}

// sure reports whether a claim says that a write was made.
func (c *claim) sure() bool { return c.Outcome == finding.Done && c.Ended != nil }

func (c *claim) rank() int {
	if c.sure() {
		return 0
	}
	return 1
}

// covers reports whether a claim can be about a write. An unsure claim can be so only if a fault
// hit the process.
func (c *claim) covers(x *write) bool {
	return c.Action == x.action() && !x.at.Before(c.Begun) && !x.at.After(c.end()) && (c.sure() || x.by.hurt)
}

// action returns a finding's name for a write.
func (x *write) action() finding.Action {
	switch {
	case x.op == "CreatePolicy":
		return finding.CreatePolicy
	case x.target.policy:
		return finding.Restore
	case x.after.boundary == denyAll:
		return finding.Quarantine
	}
	return finding.Reattach
}

// namesakes returns the keys under which a write may be reported: its target's, and those of
// principals that had its name until a moment before, because IAM writes by name.
func (w *World) namesakes(x *write) []string {
	keys := []string{x.target.key}
	if x.target.policy {
		return keys
	}
	for _, key := range w.truth.keys {
		if t := w.truth.byKey[key]; !t.policy && t != x.target && t.had(x.name, x.at.Add(-window), x.at) {
			keys = append(keys, key)
		}
	}
	return keys
}

// others reports whether a policy that a claim says was created or restored was created or
// restored in the same moment by another actor, or by another process of Ringfence. IAM then
// answers that it exists with the approved text, and the edge treats that as success.
func (w *World) others(key string, c *claim) bool {
	for _, m := range w.truth.byKey[key].moments {
		if c.Action == finding.CreatePolicy && m.exists && !m.at.Before(c.Begun.Add(-window)) && !m.at.After(*c.Ended) {
			return true
		}
	}
	return slices.ContainsFunc(w.truth.writes, func(x *write) bool {
		return x.target.policy && x.target.key == key && !x.at.Before(c.Begun.Add(-window)) && !x.at.After(*c.Ended)
	})
}
