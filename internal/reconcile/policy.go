package reconcile

import (
	"bytes"
	"context"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// policy reconciles a managed policy, if it is one of the boundaries that the
// configuration names.
func (b *batch) policy(ctx context.Context, w target.Work) Result {
	boundary, ok := b.Config.BoundaryFor(w.Target.ARN)
	switch {
	case !ok && w.Told: // a sweep found what is open about it, and nobody requires it any more
		return b.note(ctx, w, b.entry(w, ledger.TargetKey(w.Target), w.Target.ARN, "", b.none()))
	case !ok:
		return Result{}
	case boundary.Policy == nil:
		return b.unapproved(ctx, w, boundary)
	}
	w.Target.ARN = boundary.ARN // a record may have it in another spelling
	return b.policies.look(ctx, b, w, boundary)().result
}

// lookAt reconciles a boundary policy.
func (b *batch) lookAt(ctx context.Context, w target.Work, boundary config.Boundary) look {
	d, state, err := b.decidePolicy(ctx, w, boundary)
	if err != nil {
		return look{unknown: true, result: failed(err)}
	}
	evidence, err := b.evidenceOnPolicy(ctx, w, boundary, state, d)
	if err != nil {
		return look{unknown: true, result: failed(err)}
	}
	e := b.entry(w, ledger.TargetKey(w.Target), boundary.ARN, "", d).Shows(evidence)
	l := look{arn: boundary.ARN, found: d, decision: d, live: b.inForce(state)}
	if w.Told && d.Acts() {
		return l // it is for others to put right, and to tell
	}
	var walk Result
	// Before the policy is written: should the process end, nobody else asks.
	switch {
	case remade(w, d):
		walk = b.walkOver(ctx, w, target.Over{Boundary: boundary.ARN}, 0) // a walk too early finds it missing, and asks again
	case d.Acts() && d.GivesBack() != (exposure.Meaning{}):
		// It lets more through then than now, also for those who carry it where their rule
		// asks for another boundary.
		walk = b.walkOver(ctx, w, target.Over{}, b.Settle)
	}
	if !d.Acts() {
		l.result = b.note(ctx, w, e).and(walk)
		return l
	}
	l.result = b.repair(ctx, w, e, state.DefaultVersion, nil)
	if n := len(l.result.Seen); n > 0 && l.result.Seen[n-1].Outcome == finding.Done {
		l.decision, l.live = plan.Decision{Drift: finding.None, Required: d.Required}, nil
	}
	l.result = l.result.and(walk)
	return l
}

// inForce is the document of a policy's default version, nil where it is not known.
func (b *batch) inForce(state principal.PolicyState) *policy.Document {
	live, ok := state.Default()
	if !ok {
		return nil
	}
	document, err := b.Documents.Parse(live.Document)
	if err != nil {
		return nil
	}
	return document
}

// remade reports whether a boundary policy is made again, or was: nobody can have carried
// it while it was away, so that all who must are looked at.
func remade(w target.Work, d plan.Decision) bool {
	if d.Drift == finding.AbsentPolicy && d.Acts() {
		return true
	}
	for _, c := range w.Causes {
		if c.Why == target.Event && (c.Deleted || c.Event.Name == "CreatePolicy") {
			return true
		}
	}
	return false
}

// decidePolicy decides on a boundary policy. Its other versions are read only where one
// of them may be what to go back to.
func (b *batch) decidePolicy(ctx context.Context, w target.Work, boundary config.Boundary) (plan.Decision, principal.PolicyState, error) {
	state, err := b.Source.Policy(ctx, boundary.ARN)
	var d plan.Decision
	switch errclass.ClassOf(err) {
	case errclass.Gone:
		return plan.AbsentPolicy(boundary), state, nil
	case errclass.Refused:
		d = plan.Policy(boundary, exposure.Meaning{Relation: compare.Unproven, Why: err.Error()})
	default:
		if err != nil {
			return d, state, err
		}
		d = b.comparePolicy(w, boundary, state)
	}
	if !d.Writes() {
		return d, state, nil
	}
	versions, err := b.Source.Versions(ctx, boundary.ARN)
	switch {
	case err == nil:
		state = versions
		if d, err = b.readAgain(w, boundary, d, state); err != nil || !d.Writes() {
			return d, state, err
		}
	case errclass.ClassOf(err) != errclass.Refused:
		return d, state, err
	}
	state.ARN = boundary.ARN
	return d.Does(plan.Restore(b.Documents, boundary, state)), state, nil
}

// comparePolicy decides on a boundary policy that was read.
func (b *batch) comparePolicy(w target.Work, boundary config.Boundary, state principal.PolicyState) plan.Decision {
	live, _ := state.Default()
	m, _ := b.Documents.CompareText(live.Document, boundary.Policy, exposure.Home{Partition: w.Target.Partition, Account: w.Target.Account})
	d := plan.Policy(boundary, m)
	if d.Drifted() {
		d = d.Found(live.Document)
	}
	return d
}

// readAgain decides on what the second read of a policy says is in force, where that is another
// document than the first one said: the repair takes the place of that, and not of what was
// read before. Where it is inside, one of the reads is old, and nobody knows which.
func (b *batch) readAgain(w target.Work, boundary config.Boundary, d plan.Decision, state principal.PolicyState) (plan.Decision, error) {
	live, _ := state.Default()
	if d.Live == nil || bytes.Equal(live.Document, d.Live) {
		return d, nil
	}
	if d = b.comparePolicy(w, boundary, state); !d.Drifted() {
		return d, errclass.New(errclass.Retryable, "policy %s was read as drifted, and a moment later as approved", boundary.ARN)
	}
	return d, nil
}
