package sim

import (
	"cmp"
	"slices"
)

// matching finds the write of each claim. Two processes may work on one target at once, so a claim
// can be about several writes: which one shows only when all are considered.
type matching struct {
	claims map[*write][]*claim
	writes map[*claim][]*write
}

// match assigns each write a claim that can be about it, and each sure claim a write, as far as
// possible.
func (w *World) match(all map[string][]*claim) {
	m := matching{map[*write][]*claim{}, map[*claim][]*write{}}
	for _, x := range w.truth.writes {
		for _, key := range w.namesakes(x) {
			for _, c := range all[key] {
				if c.covers(x) {
					m.claims[x], m.writes[c] = append(m.claims[x], c), append(m.writes[c], x)
				}
			}
		}
	}
	// A write that has a claim keeps one, so the writes that must be reported come first.
	writes := slices.Clone(w.truth.writes)
	slices.SortStableFunc(writes, func(a, b *write) int { return cmp.Compare(w.leeway(a), w.leeway(b)) })
	for _, x := range writes {
		m.tell(x, map[*claim]bool{})
	}
	for _, x := range writes {
		for _, c := range m.claims[x] {
			if c.sure() && c.about == nil {
				m.spend(c, map[*claim]bool{c: true})
			}
		}
	}
}

// leeway returns how little must be reported about a write.
func (w *World) leeway(x *write) int {
	switch {
	case w.untellable(x):
		return 2
	case x.by.hurt:
		return 1
	}
	return 0
}

// tell finds a claim for a write. Others may have to take another one.
func (m matching) tell(x *write, seen map[*claim]bool) bool {
	for _, c := range m.claims[x] {
		if seen[c] {
			continue
		}
		seen[c] = true
		if c.about == nil || m.tell(c.about, seen) {
			c.about, x.told = x, c
			return true
		}
	}
	return false
}

// spend finds a write for a sure claim: one with an unsure claim, or with a claim that can be
// about another write.
func (m matching) spend(c *claim, seen map[*claim]bool) bool {
	for _, x := range m.writes[c] {
		other := x.told
		if other == nil || seen[other] {
			continue
		}
		seen[other] = true
		if !other.sure() {
			other.about = nil
		} else if !m.spend(other, seen) {
			continue
		}
		c.about, x.told = x, c
		return true
	}
	return false
}
