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

// keep leaves on what a principal carries where the required boundary would give something
// up, and a change of tags, of name or of path may have brought the principal under its rule.
// Nobody swaps a boundary who may only set a tag, so that a swap since is put right: at once
// where the principal got outside by it, and else when the record of a move would be here.
// The same goes for what nothing is known of, where no other rule takes what is carried, or it
// says something else by now.
func (b *batch) keep(ctx context.Context, w target.Work, req config.Requirement, s principal.Snapshot, a attached, key string, d plan.Decision) (plan.Decision, error) {
	if !d.GivesUp() {
		return d, nil
	}
	other, fits := b.fits(req, s, a)
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
		since = b.waits(item, d)
		if h.swapped && !d.Meaning.Within() || b.Now().Sub(since) >= moveAfter(d) {
			return d, nil
		}
	}
	// Records come in any order: that of a swap before the move may come after this look.
	if h.fresh {
		e := b.entry(w, key, s.ARN(), s.ID, d)
		err = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) {
			return i.Remembering(e, nil, h.move), i.Move == nil || h.move.At().After(i.Move.At())
		})
	}
	return d.Keep(other, since), err
}

// moveAfter is how long the record of a move may take to come after one that was made
// later. Where a principal is inside meanwhile, there is more time for it.
func moveAfter(d plan.Decision) time.Duration {
	if d.Meaning.Within() {
		return together
	}
	return time.Minute
}

// waits is since when the record of a move has had time to come: since it is decided as now.
func (b *batch) waits(item ledger.Item, d plan.Decision) time.Time {
	if r, open := item.Open(); open {
		if was := r.Decision; was.Kept.Waiting() && was.Rule == d.Rule && was.Attached == d.Attached {
			return was.Kept.Since
		}
	}
	return b.Now()
}

// fits finds another rule that asks for, or accepts, what a principal carries.
func (b *batch) fits(req config.Requirement, s principal.Snapshot, a attached) (config.Requirement, bool) {
	for _, other := range b.Config.Others(s, req) {
		if plan.Fits(other, s, b.under(other, s, a.document)) {
			return other, true
		}
	}
	return config.Requirement{}, false
}

// under compares a document that a principal carries with what another rule asks; it is the
// zero value where one of them is not known.
func (b *batch) under(other config.Requirement, s principal.Snapshot, document *policy.Document) exposure.Meaning {
	if document == nil || other.Boundary.Policy == nil {
		return exposure.Meaning{}
	}
	return b.Documents.Compare(document, other.Boundary.Policy, exposure.Home{Partition: s.Partition, Account: s.Account})
}
