package reconcile

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/fence"
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
	// swapped is set where others put the boundary on since.
	swapped bool
}

// history reads the records of a look and those that are remembered. A boundary that a
// principal had before a move was right then, and so was one that Ringfence put on, or that
// was seen to be right: its record may come again. Records have whole seconds: of a move and a
// swap in the same one, the swap counts as the earlier.
func (b *batch) history(w target.Work, req fence.Requirement, s principal.Snapshot, item ledger.Item) history {
	h := history{move: latest(w.Causes, func(c target.Cause) bool { return b.moves(c, s) || b.wasOther(c, req, s) })}
	h.fresh = h.move != nil
	if m := item.Move; m != nil && (h.move == nil || m.At().After(h.move.At())) {
		h.move, h.fresh = m, false
	}
	since := func(c target.Cause) bool {
		return given(c, s) && !item.Repaired(c) && !item.Swapped(c) && (h.move == nil || c.At().After(h.move.At()))
	}
	h.swapped = slices.ContainsFunc(w.Causes, since)
	if r, open := item.Open(); open && !h.swapped {
		h.swapped = slices.ContainsFunc(r.Evidence, func(e ledger.Evidence) bool { return since(e.Cause) })
	}
	return h
}

// moves reports whether a call changed what rules go by.
func (b *batch) moves(c target.Cause, s principal.Snapshot) bool {
	return c.Why == target.Event && about(c, s) && plan.MayChangeRule(b.Config, c.Moved)
}

// wasOther reports whether a call made a principal under another rule than the one that
// applies: something was moved since, and the record of that is still to come.
func (b *batch) wasOther(c target.Cause, req fence.Requirement, s principal.Snapshot) bool {
	if c.Why != target.Event || c.Made == nil || !about(c, s) {
		return false
	}
	then := b.require(c.Made.As(s))
	return then.Rule != req.Rule || then.Exempt != nil
}

func swaps(c target.Cause, s principal.Snapshot) bool {
	return given(c, s) && strings.HasPrefix(c.Event.Name, "Put")
}

// given reports whether a call left a principal with the boundary that it carries. What is
// said of the policy that it carries is no such call: its name tells, since the ledger keeps
// no document.
func given(c target.Cause, s principal.Snapshot) bool {
	return c.Why == target.Event && c.Boundary != nil && *c.Boundary == s.Boundary && !strings.HasSuffix(c.Event.Name, "PolicyVersion") && about(c, s)
}
