package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// principal reconciles a user or role.
func (b *batch) principal(ctx context.Context, w target.Work) Result {
	s, err := b.read(ctx, w)
	switch {
	case errclass.ClassOf(err) == errclass.Gone:
		return b.missing(ctx, w)
	case err != nil:
		return failed(err)
	}
	result := b.succeeded(ctx, w, s.ID).and(b.meant(ctx, w, s.ID)).and(b.judge(ctx, w, s))
	if result.After == 0 && b.outdated(w, s) {
		result = result.and(again(unsettled, nil)) // what was read may be one that was deleted since
	}
	return result
}

// judge decides on a principal that was read, and repairs it.
func (b *batch) judge(ctx context.Context, w target.Work, s principal.Snapshot) Result {
	w = w.On(s)
	req := b.require(s)
	required := b.policies.look(ctx, b, w, req.Boundary)
	var live *policy.Document
	if s.Boundary != "" {
		// Another boundary is replaced only once the required policy is known to allow no
		// more than was approved. Where there is none, nothing is waited for.
		p := required()
		if p.unknown {
			return p.result
		}
		live = p.live
	}
	attached, err := b.meaning(ctx, req, s)
	if err != nil {
		return failed(err)
	}
	b.lifts(&attached, s, live)
	evidence, err := b.evidenceOn(ctx, w, req, s, attached)
	if err != nil {
		return failed(err)
	}
	key := ledger.PrincipalKey(s.Account, s.ID)
	d, err := b.keep(ctx, w, req, s, attached, key, plan.Principal(req, s, attached.Meaning))
	if err != nil {
		return again(late, err)
	}
	e := b.entry(w, key, s.ARN(), s.ID, d).Shows(evidence).Of(s.Created)
	if !e.Decision.Drifted() {
		// IAM may still give the name, path or tags from before a move.
		if rest := b.moving(w); rest > 0 {
			return again(rest, nil)
		}
	}
	left, by := b.left(w, s)
	if left == nil && !e.Decision.Drifted() {
		if left, by, err = b.covered(ctx, w, req, s, e, attached); err != nil {
			return again(late, err)
		}
	}
	if left != nil && e.Decision.Drifted() {
		e = e.Decides(plan.Moved(e.Decision, *left, by.Moved))
	}
	if w.Told && e.Decision.ToWrite() {
		return required().result // it was to be told alone, and now is more: the next sweep counts it
	}
	if e.Decision.Acts() {
		return b.repair(ctx, w, e, s.Boundary, required)
	}
	p := required()
	if e.Decision.Basis == plan.CarriesIt {
		e = e.Decides(e.Decision.WithPolicy(p.decision))
	}
	result := b.note(ctx, w, e).and(p.result)
	if e.Decision.PolicyOpen != "" && result.After == 0 {
		result = result.and(b.stillOpen(ctx, w, e))
	}
	if left != nil && !e.Decision.Drifted() && result.After == 0 {
		result = b.note(ctx, w, e.Decides(plan.Moved(e.Decision, *left, by.Moved)).Calls(by)).and(p.result)
	}
	if e.Decision.Kept.Waiting() && result.After == 0 {
		result = result.and(b.lookAgain(ctx, w, e, moveAfter(e.Decision)))
	}
	if result.After == 0 {
		result = b.spared(ctx, w, s, e, result)
	}
	return result
}

// moving is for how long IAM may still give the state before a move that matters.
func (b *batch) moving(w target.Work) (rest time.Duration) {
	for _, c := range w.Causes {
		if c.Why == target.Event && plan.MayChangeRule(b.Config, c.Moved) {
			rest = max(rest, c.At().Add(b.Settle).Sub(b.Now()))
		}
	}
	return rest
}

// outdated reports whether IAM may still give a principal that was deleted, or one of the
// same name that was there before.
func (b *batch) outdated(w target.Work, s principal.Snapshot) bool {
	for _, c := range w.Causes {
		if other := c.Deleted || c.ID != "" && c.ID != s.ID; other && b.Now().Sub(c.At()) < b.Settle {
			return true
		}
	}
	return false
}

// read reads a principal, unless a walk has just done so.
func (b *batch) read(ctx context.Context, w target.Work) (principal.Snapshot, error) {
	if w.Target.Seen != nil {
		return *w.Target.Seen, nil
	}
	return b.Source.Principal(ctx, w.Target.Ref)
}

// require is what the configuration asks of a principal. Of a role that Ringfence runs as
// it asks nothing, as long as the role carries the boundary that was made for it: that one
// lets it put no other on itself. Without it, the role is looked at as any other.
func (b *batch) require(s principal.Snapshot) config.Requirement {
	if b.Control.Has(s.ARN()) && b.Control.Has(s.Boundary) {
		return config.Requirement{}
	}
	return b.Config.Requirement(s, b.Now())
}

// entry is what is recorded of a look.
func (b *batch) entry(w target.Work, key, arn, id string, d plan.Decision) ledger.Entry {
	return ledger.Entry{
		Key: key, Kind: w.Target.Kind, Partition: w.Target.Partition, Account: w.Target.Account,
		ARN: arn, ID: id, At: b.Now(), Decision: d, Light: w.Light(),
	}
}
