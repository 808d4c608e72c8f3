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
		return b.notFound(ctx, w)
	case err != nil:
		return failed(err)
	}
	result := b.nameReused(ctx, w, s.ID).and(b.requestedPrincipal(ctx, w, s.ID)).and(b.evaluate(ctx, w, s))
	if result.After == 0 && b.outdated(w, s) {
		result = result.and(retry(unsettled, nil)) // the principal that was read may be a deleted one
	}
	return result
}

// evaluate decides on a principal that was read, and repairs it.
func (b *batch) evaluate(ctx context.Context, w target.Work, s principal.Snapshot) Result {
	w = w.ForPrincipal(s)
	req := b.requirement(s)
	required := b.policies.look(ctx, b, w, req.Boundary)
	var live *policy.Document
	if s.Boundary != "" {
		// Replace an attached boundary only if the required policy is known to allow no more
		// than approved. If there is no attached boundary, do not wait for that.
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
	b.addExtraDenials(&attached, s, live)
	evidence, err := b.evidenceOn(ctx, w, req, s, attached)
	if err != nil {
		return failed(err)
	}
	key := ledger.PrincipalKey(s.Account, s.ID)
	d, err := b.keepAttached(ctx, w, req, s, attached, key, plan.Principal(req, s, attached.Meaning))
	if err != nil {
		return retry(late, err)
	}
	e := b.entry(w, key, s.ARN(), s.ID, d).WithEvidence(evidence).WithCreated(s.Created)
	if !e.Decision.Drifted() {
		// IAM may still return the name, path or tags from before a move.
		if rest := b.moveSettling(w); rest > 0 {
			return retry(rest, nil)
		}
	}
	left, by := b.movedOut(w, s)
	if left == nil && !e.Decision.Drifted() {
		if left, by, err = b.coveredMove(ctx, w, req, s, e, attached); err != nil {
			return retry(late, err)
		}
	}
	if left != nil && e.Decision.Drifted() {
		e = e.WithDecision(plan.Moved(e.Decision, *left, by.Moved))
	}
	if w.ReportOnly && e.Decision.WillWrite() {
		return required().result // this target was only to be reported and now needs a write: the next sweep counts it
	}
	if e.Decision.Acts() {
		return b.repair(ctx, w, e, s.Boundary, required)
	}
	p := required()
	if e.Decision.Basis == plan.CarriesRequired {
		e = e.WithDecision(e.Decision.WithPolicy(p.decision))
	}
	result := b.note(ctx, w, e).and(p.result)
	if e.Decision.PolicyOpen != "" && result.After == 0 {
		result = result.and(b.stillOpen(ctx, w, e))
	}
	if left != nil && !e.Decision.Drifted() && result.After == 0 {
		result = b.note(ctx, w, e.WithDecision(plan.Moved(e.Decision, *left, by.Moved)).ForCall(by)).and(p.result)
	}
	if e.Decision.Kept.Waiting() && result.After == 0 {
		result = result.and(b.lookAgain(ctx, w, e, moveAfter(e.Decision)))
	}
	if result.After == 0 {
		result = b.exemptChanged(ctx, w, s, e, result)
	}
	return result
}

// moveSettling returns for how long IAM may still return the state before a move that matters.
func (b *batch) moveSettling(w target.Work) (rest time.Duration) {
	for _, c := range w.Causes {
		if c.Kind == target.Event && plan.MayChangeRule(b.Config, c.Moved) {
			rest = max(rest, c.At().Add(b.PropagationDelay).Sub(b.Now()))
		}
	}
	return rest
}

// outdated reports whether IAM may still return a deleted principal, or an earlier one of the
// same name.
func (b *batch) outdated(w target.Work, s principal.Snapshot) bool {
	for _, c := range w.Causes {
		if other := c.Deleted || c.ID != "" && c.ID != s.ID; other && b.Now().Sub(c.At()) < b.PropagationDelay {
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

// requirement returns the configured requirement. Ringfence's own roles are exempt while they
// carry their own boundary, which lets them attach no other boundary to themselves. Without it
// they are treated like any other role.
func (b *batch) requirement(s principal.Snapshot) config.Requirement {
	if b.Control.Contains(s.ARN()) && b.Control.Contains(s.Boundary) {
		return config.Requirement{}
	}
	return b.Config.Requirement(s, b.Now())
}

// entry returns what is recorded of a look.
func (b *batch) entry(w target.Work, key, arn, id string, d plan.Decision) ledger.Entry {
	return ledger.Entry{
		Key: key, Kind: w.Target.Kind, Partition: w.Target.Partition, Account: w.Target.Account,
		ARN: arn, ID: id, At: b.Now(), Decision: d, Trigger: w.Trigger(),
	}
}
