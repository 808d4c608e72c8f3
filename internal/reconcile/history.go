package reconcile

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// history is what records show of how a principal came to carry what it does.
type history struct {
	// move is the latest call that changed what rules go by, nil where none is known.
	move *target.Cause
	// fresh is set where the records of this look show it.
	fresh bool
	// swapped is set where others put the boundary on since, and changed where they put
	// something else in force in its policy.
	swapped, changed bool
}

// history reads the records of a look and those that are remembered. A boundary that a
// principal had before a move was right then, and so was one that Ringfence put on, or that
// was seen to be right: its record may come again. Records have whole seconds: of a move and a
// swap in the same one, the swap counts as the earlier.
func (b *batch) history(w target.Work, req config.Requirement, s principal.Snapshot, item ledger.Item) history {
	h := history{move: latest(w.Causes, func(c target.Cause) bool { return b.moves(c, s) || b.wasOther(c, req, s) })}
	h.fresh = h.move != nil
	if m := item.Move; m != nil && (h.move == nil || m.At().After(h.move.At())) {
		h.move, h.fresh = m, false
	}
	// One that comes again was judged when it came, by the rule of that time.
	known := slices.DeleteFunc(slices.Clone(w.Causes), func(c target.Cause) bool { return slices.Contains(item.Seen, c.Event.ID) })
	kept := false
	if r, open := item.Open(); open {
		// Once a boundary is left on, what was known until then says nothing new.
		kept = r.Decision.Kept != nil && !r.Decision.Kept.Waiting()
		for _, e := range r.Evidence {
			if e.Decision.Rule == req.Rule { // else it is of before a move
				known = append(known, e.Cause)
			}
		}
	}
	h.swapped = slices.ContainsFunc(known, func(c target.Cause) bool {
		by := given(c, s) && !item.Repaired(c) && !item.Swapped(c) && (swaps(c, s) || !kept)
		return by && (h.move == nil || c.At().After(h.move.At()))
	})
	h.changed = !h.fresh && !kept && slices.ContainsFunc(known, func(c target.Cause) bool { return says(c, s) && ofPolicy(c) })
	return h
}

// moves reports whether a call changed what rules go by.
func (b *batch) moves(c target.Cause, s principal.Snapshot) bool {
	return c.Why == target.Event && about(c, s) && plan.MayChangeRule(b.Config, c.Moved)
}

// wasOther reports whether a call made a principal under another rule than the one that
// applies: something was moved since, and the record of that is still to come.
func (b *batch) wasOther(c target.Cause, req config.Requirement, s principal.Snapshot) bool {
	if c.Why != target.Event || c.Made == nil || !about(c, s) {
		return false
	}
	then := b.require(c.Made.As(s))
	return then.Rule != req.Rule || then.Exempt != nil
}

func swaps(c target.Cause, s principal.Snapshot) bool {
	return given(c, s) && strings.HasPrefix(c.Event.Name, "Put")
}

// given reports whether a call left a principal with the boundary that it carries.
func given(c target.Cause, s principal.Snapshot) bool { return says(c, s) && !ofPolicy(c) }

// says reports whether a record says something of the boundary that a principal carries.
func says(c target.Cause, s principal.Snapshot) bool {
	return c.Why == target.Event && c.Boundary != nil && strings.EqualFold(*c.Boundary, s.Boundary) && about(c, s)
}

// ofPolicy reports whether it says that of its policy: the name of the call tells, since the
// ledger keeps no document.
func ofPolicy(c target.Cause) bool { return strings.HasSuffix(c.Event.Name, "PolicyVersion") }
