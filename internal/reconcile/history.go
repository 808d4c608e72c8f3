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

// history is what the records show about how a principal got its boundary.
type history struct {
	// move is the latest call that changed the name, path or tags that rules match; nil if none
	// is known.
	move *target.Cause
	// fresh is set if a record of this look shows the move.
	fresh bool
	// swapped is set if another actor attached the boundary since the move; changed if one
	// changed the default version of its policy.
	swapped, changed bool
}

// history reads the records of this look and the remembered calls. A boundary that a principal
// had before a move was right then. So was one that Ringfence attached or saw as right; its
// record may arrive again. Records have whole seconds: if a move and a swap have the same one,
// the swap counts as the earlier.
func (b *batch) history(w target.Work, req config.Requirement, s principal.Snapshot, item ledger.Item) history {
	h := history{move: latest(w.Causes, func(c target.Cause) bool { return b.isMove(c, s) || b.createdUnderOtherRule(c, req, s) })}
	h.fresh = h.move != nil
	if m := item.Move; m != nil && (h.move == nil || m.At().After(h.move.At())) {
		h.move, h.fresh = m, false
	}
	// A record that arrives again was already judged by the rule of its time.
	known := slices.DeleteFunc(slices.Clone(w.Causes), func(c target.Cause) bool { return slices.Contains(item.Seen, c.Event.ID) })
	kept := false
	if r, open := item.Open(); open {
		// Once a boundary is kept, earlier records say nothing new.
		kept = r.Decision.Kept != nil && !r.Decision.Kept.Waiting()
		for _, e := range r.Evidence {
			if e.Decision.Rule == req.Rule { // otherwise it is from before a move
				known = append(known, e.Cause)
			}
		}
	}
	h.swapped = slices.ContainsFunc(known, func(c target.Cause) bool {
		by := attachedBy(c, s) && !item.Repaired(c) && !item.Swapped(c) && (isSwap(c, s) || !kept)
		return by && (h.move == nil || c.At().After(h.move.At()))
	})
	h.changed = !h.fresh && !kept && slices.ContainsFunc(known, func(c target.Cause) bool { return concernsBoundary(c, s) && isPolicyCall(c) })
	return h
}

// isMove reports whether a call changed something that rules match.
func (b *batch) isMove(c target.Cause, s principal.Snapshot) bool {
	return c.Kind == target.Event && about(c, s) && plan.MayChangeRule(b.Config, c.Moved)
}

// createdUnderOtherRule reports whether a call created a principal under another rule than the
// current one: something changed since, and the record of that has not arrived yet.
func (b *batch) createdUnderOtherRule(c target.Cause, req config.Requirement, s principal.Snapshot) bool {
	if c.Kind != target.Event || c.Made == nil || !about(c, s) {
		return false
	}
	then := b.requirement(c.Made.As(s))
	return then.Rule != req.Rule || then.Exempt != nil
}

func isSwap(c target.Cause, s principal.Snapshot) bool {
	return attachedBy(c, s) && strings.HasPrefix(c.Event.Name, "Put")
}

// attachedBy reports whether a call attached the boundary that a principal carries.
func attachedBy(c target.Cause, s principal.Snapshot) bool {
	return concernsBoundary(c, s) && !isPolicyCall(c)
}

// concernsBoundary reports whether a record is about the boundary that a principal carries.
func concernsBoundary(c target.Cause, s principal.Snapshot) bool {
	return c.Kind == target.Event && c.Boundary != nil && strings.EqualFold(*c.Boundary, s.Boundary) && about(c, s)
}

// isPolicyCall reports whether such a record is about the policy. The name of the call decides,
// since the ledger keeps no documents.
func isPolicyCall(c target.Cause) bool { return strings.HasSuffix(c.Event.Name, "PolicyVersion") }
