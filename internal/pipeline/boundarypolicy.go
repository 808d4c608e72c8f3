package pipeline

import (
	"context"
	"slices"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/verdict"
)

// boundaryPolicy looks at a managed policy, if it is one of the boundaries that the
// configuration names, and repairs it where it does not mean what was approved.
func (r *run) boundaryPolicy(ctx context.Context, arn string) {
	b, ok := r.Fence.BoundaryFor(arn)
	if !ok || b.Policy == nil {
		return // nobody's boundary, or nothing approved to hold it against
	}
	q := &inquiry{subject: arn, requirement: fence.Requirement{Mode: b.Mode, Boundary: b}}
	if err := r.decidePolicy(ctx, q); err != nil {
		r.failed(err)
		return
	}
	r.settle(ctx, q)
	r.guarded[arn] = q.outcome == finding.Done || q.verdict.AllowsNoMore()
	if q.verdict.Drift == finding.AbsentPolicy && q.outcome == finding.Done && q.verdict.Writes() {
		r.everybody(ctx, b)
	}
}

// decidePolicy gives the verdict on a boundary policy. Its other versions are read only
// where one of them may be what to go back to.
func (r *run) decidePolicy(ctx context.Context, q *inquiry) error {
	b := q.requirement.Boundary
	state, err := r.Directory.Policy(ctx, b.ARN)
	switch fault.ClassOf(err) {
	case fault.Gone:
		q.verdict = verdict.AbsentPolicy(b)
		return nil
	case fault.Refused:
		q.verdict = verdict.DecidePolicy(b, verdict.Meaning{Relation: compare.Unproven, Why: err.Error()})
	default:
		if err != nil {
			return err
		}
		live, _ := state.Default()
		meaning, d := r.documents.CompareText(live.Document, b.Policy, verdict.Home{Partition: r.change.Partition, Account: r.change.Account})
		q.live, q.verdict = d, verdict.DecidePolicy(b, meaning)
	}
	if !q.verdict.Writes() {
		return nil
	}
	versions, err := r.Directory.Versions(ctx, b.ARN)
	switch {
	case err == nil:
		state = versions
	case fault.ClassOf(err) != fault.Refused:
		return err
	}
	state.ARN, q.was = b.ARN, state.DefaultVersion
	q.verdict.Actions = []verdict.Action{r.documents.Restore(b, state)}
	return nil
}

// guard makes sure, before the required boundary takes the place of another one, that its
// policy allows no more than was approved: the verdict is made from the approved document,
// and the one in force could let through what the other boundary did not. Where there is
// none to replace, any boundary is less than none, and nothing is waited for.
func (r *run) guard(ctx context.Context, q *inquiry) error {
	b := q.requirement.Boundary
	if b.Policy == nil || q.snapshot.Boundary == "" || q.verdict.Action() != finding.Reattach ||
		q.requirement.Mode != fence.Enforce || r.guarded[b.ARN] {
		return nil
	}
	p := &inquiry{subject: b.ARN, requirement: fence.Requirement{Mode: b.Mode, Boundary: b}}
	if err := r.decidePolicy(ctx, p); err != nil {
		return err
	}
	if p.verdict.Writes() && p.verdict.Drift != finding.AbsentPolicy { // that shows when the boundary is put on
		r.settle(ctx, p)
	}
	switch {
	case p.outcome == finding.Done:
		r.guarded[b.ARN] = true
	case p.verdict.AllowsNoMore():
		r.lifts(q, p.live)
	default:
		q.verdict.Reason += "; the required policy may allow more than was approved, and was not restored: " +
			"that the repair gives nothing up is not proven"
	}
	return nil
}

// lifts adds to a verdict what falls away with the explicit denials of the attached
// boundary, where what the required policy says is as good as the approved document, and
// yet another.
func (r *run) lifts(q *inquiry, live *policy.Document) {
	m := q.verdict.Meaning
	if live == nil || q.attached == nil || m.GivesUp() != "" {
		return
	}
	m.Lifts = verdict.Lifted(q.attached, live, verdict.Home{Partition: q.snapshot.Partition, Account: q.snapshot.Account})
	q.verdict.Reason += m.GivesUp()
}

// everybody looks at all principals of an account whose boundary policy was missing
// until now: none of them can have carried it.
func (r *run) everybody(ctx context.Context, b fence.Boundary) {
	err := r.Directory.All(ctx, r.change.Account, func(s principal.Snapshot) error {
		if r.require(s).Boundary.ARN == b.ARN && s.Boundary != b.ARN {
			r.judge(ctx, s)
		}
		return ctx.Err()
	})
	r.failed(err)
}

// createBoundary handles a principal whose required boundary policy does not exist: it is
// created from the approved document, and put on then.
func (r *run) createBoundary(ctx context.Context, q *inquiry) {
	absent := verdict.AbsentPolicy(q.requirement.Boundary)
	reattach := q.verdict.Actions
	r.errs = r.errs[:len(r.errs)-1] // this failure is about to be mended
	q.verdict.Drift, q.verdict.Reason = absent.Drift, q.verdict.Reason+"; "+absent.Reason
	if !absent.Writes() {
		q.verdict.Actions = absent.Actions
		q.outcome, q.failure = finding.Done, nil
		return
	}
	q.verdict.Actions = slices.Concat(absent.Actions, reattach)
	q.failure = nil
	r.failed(r.act(ctx, q))
}

// permissionSet tells of an IAM Identity Center permission set that lost its boundary.
// The roles that it makes in the accounts follow as events of their own.
func (r *run) permissionSet(s trail.PermissionSet) {
	if !s.BoundaryRemoved {
		return
	}
	r.inquiries = append(r.inquiries, &inquiry{
		subject:     s.ARN,
		outcome:     finding.Done,
		verdict:     verdict.PermissionSet(s.ARN, s.InstanceARN),
		requirement: fence.Requirement{Mode: fence.Enforce},
	})
}
