package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// keepAttached keeps the attached boundary if the required one would grant access and a change
// of tags, name or path may have brought the principal under its rule. An actor that can only
// set tags cannot replace a boundary. So a boundary that was swapped after the last known move
// is replaced: at once if the swap let the principal out, otherwise once the record of a move
// has had time to arrive. The same applies if nothing is known and no other rule accepts the
// attached boundary, or if its policy was changed since.
func (b *batch) keepAttached(ctx context.Context, w target.Work, req config.Requirement, s principal.Snapshot, a attached, key string, d plan.Decision) (plan.Decision, error) {
	if !d.RepairMayGrant() {
		return d, nil
	}
	other, fits := b.otherRule(req, s, a)
	if !fits && !b.Config.MovedInto(s, req) {
		return d, nil
	}
	item, err := b.Ledger.Load(ctx, key)
	if err != nil {
		return d, err
	}
	h := b.history(w, req, s, item)
	var since time.Time
	if h.swapped || h.changed || !fits && h.move == nil {
		since = b.waitingSince(item, d)
		if h.swapped && !d.Meaning.Within() || b.Now().Sub(since) >= moveAfter(d) {
			return d, nil
		}
	}
	// Records arrive in any order: the record of a swap before the move may arrive after this
	// look.
	if h.fresh {
		e := b.entry(w, key, s.ARN(), s.ID, d)
		err = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
			return i.WithCalls(e, nil, h.move), i.Move == nil || h.move.At().After(i.Move.At())
		})
	}
	return d.KeepAttached(other, since), err
}

// moveAfter is how long to wait for the record of a move after a later call. There is more time
// if the principal is inside meanwhile.
func moveAfter(d plan.Decision) time.Duration {
	if d.Meaning.Within() {
		return swapMoveWindow
	}
	return time.Minute
}

// waitingSince returns when the wait for the record of a move began: when this decision was
// first made.
func (b *batch) waitingSince(item ledger.Item, d plan.Decision) time.Time {
	if r, open := item.Open(); open {
		if was := r.Decision; was.Kept.Waiting() && was.Rule == d.Rule && was.Attached == d.Attached {
			return was.Kept.Since
		}
	}
	return b.Now()
}

// otherRule returns another rule that requires or accepts the attached boundary.
func (b *batch) otherRule(req config.Requirement, s principal.Snapshot, a attached) (config.Requirement, bool) {
	for _, other := range b.Config.Others(s, req) {
		if plan.Fits(other, s, b.compareUnder(other, s, a.document)) {
			return other, true
		}
	}
	return config.Requirement{}, false
}

// compareUnder compares a document that a principal carries with the boundary of another rule.
// It returns the zero value if one of them is unknown.
func (b *batch) compareUnder(other config.Requirement, s principal.Snapshot, document *policy.Document) exposure.Meaning {
	if document == nil || other.Boundary.Policy == nil {
		return exposure.Meaning{}
	}
	return b.Documents.Compare(document, other.Boundary.Policy, exposure.AccountScope{Partition: s.Partition, Account: s.Account})
}
