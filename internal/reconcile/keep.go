package reconcile

import (
	"context"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// keep leaves on what a principal carries where the required boundary would give something
// up, and what it carries fits another rule that a change of tags, of name or of path may
// have taken it out of. Where a record shows that the boundary was swapped, the rule says
// what is done: nobody swaps it who may only set a tag.
func (b *batch) keep(ctx context.Context, w target.Work, req fence.Requirement, s principal.Snapshot, a attached, key string, d plan.Decision) (plan.Decision, error) {
	if !d.GivesUp() || b.swapped(w, s) {
		return d, nil
	}
	other, ok := b.fits(req, s, a)
	if !ok {
		return d, nil
	}
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		return d, err
	}
	if r, open := item.Open(); open && slices.ContainsFunc(r.Evidence, func(e ledger.Evidence) bool { return swaps(e.Cause, s) }) {
		return d, nil
	}
	return d.Keep(other), nil
}

// fits finds another rule that asks for, or accepts, what a principal carries.
func (b *batch) fits(req fence.Requirement, s principal.Snapshot, a attached) (fence.Requirement, bool) {
	for _, other := range b.Config.Others(s, req) {
		if plan.Fits(other, s, b.under(other, s, a.document)) {
			return other, true
		}
	}
	return fence.Requirement{}, false
}

// under compares a document that a principal carries with what another rule asks; it is the
// zero value where one of them is not known.
func (b *batch) under(other fence.Requirement, s principal.Snapshot, document *policy.Document) exposure.Meaning {
	if document == nil || other.Boundary.Policy == nil {
		return exposure.Meaning{}
	}
	return b.Documents.Compare(document, other.Boundary.Policy, exposure.Home{Partition: s.Partition, Account: s.Account})
}

// swapped reports whether a record shows that a principal was given the boundary that it
// carries. One that it was made with was right then, if something was moved since.
func (b *batch) swapped(w target.Work, s principal.Snapshot) bool {
	moved := false
	for _, c := range slices.Backward(w.Causes) {
		moved = moved || c.Why == target.Event && plan.MayChangeRule(b.Config, c.Moved)
		if swaps(c, s) || !moved && given(c, s) {
			return true
		}
	}
	return false
}

func swaps(c target.Cause, s principal.Snapshot) bool {
	return given(c, s) && strings.HasPrefix(c.Event.Name, "Put")
}

// given reports whether a call left a principal with the boundary that it carries. What is
// said of the policy that it carries is no such call.
func given(c target.Cause, s principal.Snapshot) bool {
	return c.Why == target.Event && c.Boundary != nil && *c.Boundary == s.Boundary && c.Document == nil && c.Version == "" && about(c, s)
}
