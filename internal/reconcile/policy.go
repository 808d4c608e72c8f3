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

// policy reconciles a managed policy if the configuration names it as a boundary.
func (b *batch) policy(ctx context.Context, w target.Work) Result {
	boundary, ok := b.Config.BoundaryFor(w.Target.ARN)
	switch {
	case !ok && w.ReportOnly: // a sweep found an open finding about a policy that no rule requires any more
		return b.note(ctx, w, b.entry(w, ledger.TargetKey(w.Target), w.Target.ARN, "", b.noDecision()))
	case !ok:
		return Result{}
	case boundary.Policy == nil:
		return b.unapproved(ctx, w, boundary)
	}
	w.Target.ARN = boundary.ARN // the record may have another spelling
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
	e := b.entry(w, ledger.TargetKey(w.Target), boundary.ARN, "", d).WithEvidence(evidence)
	l := look{arn: boundary.ARN, found: d, decision: d, live: b.inForce(state)}
	if w.ReportOnly && d.Acts() {
		return l // another look repairs and reports it
	}
	var walk Result
	// Start the walk before the policy is written: if the process ends in between, nothing else
	// starts it.
	switch {
	case recreated(w, d):
		walk = b.walkOver(ctx, w, target.Scope{Boundary: boundary.ARN}, 0) // a walk that starts too early finds the policy missing, and starts another one
	case d.Acts() && d.RepairGrants() != (exposure.Meaning{}):
		// The restored policy allows more than now, also for principals that carry it although
		// their rule requires another one.
		walk = b.walkOver(ctx, w, target.Scope{}, b.PropagationDelay)
	}
	if !d.Acts() {
		l.result = b.note(ctx, w, e).and(walk)
		return l
	}
	l.result = b.repair(ctx, w, e, state.DefaultVersion, nil)
	if n := len(l.result.Decisions); n > 0 && l.result.Decisions[n-1].Outcome == finding.Done {
		l.decision, l.live = plan.Decision{Drift: finding.None, Required: d.Required}, nil
	}
	l.result = l.result.and(walk)
	return l
}

// inForce returns the document of a policy's default version, nil if it is unknown.
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

// recreated reports whether a boundary policy is or was created again. No principal could carry
// it while it was deleted, so all principals that must are looked at.
func recreated(w target.Work, d plan.Decision) bool {
	if d.Drift == finding.AbsentPolicy && d.Acts() {
		return true
	}
	for _, c := range w.Causes {
		if c.Kind == target.Event && (c.Deleted || c.Event.Name == "CreatePolicy") {
			return true
		}
	}
	return false
}

// decidePolicy decides on a boundary policy. It reads the other versions only if one of them
// may be restored.
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
	return d.WithAction(plan.Restore(b.Documents, boundary, state)), state, nil
}

// comparePolicy decides on a boundary policy that was read.
func (b *batch) comparePolicy(w target.Work, boundary config.Boundary, state principal.PolicyState) plan.Decision {
	live, _ := state.Default()
	m, _ := b.Documents.CompareText(live.Document, boundary.Policy, exposure.AccountScope{Partition: w.Target.Partition, Account: w.Target.Account})
	d := plan.Policy(boundary, m)
	if d.Drifted() {
		d = d.WithLiveDocument(live.Document)
	}
	return d
}

// readAgain decides again if the second read of a policy returns another document than the
// first: the repair replaces that one. If that document has the approved meaning, one of the
// two reads is outdated, and it is not known which.
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
