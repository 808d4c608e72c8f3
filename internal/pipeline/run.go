package pipeline

import (
	"context"
	"errors"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/verdict"
)

// run is one event on its way through the pipeline.
type run struct {
	*Pipeline
	change    trail.Change
	now       time.Time
	inquiries []*inquiry
	errs      []error
	// guarded are the boundary policies that are known to allow no more than was approved.
	guarded map[string]bool
}

// inquiry is one principal or one boundary policy that an event makes us look at.
type inquiry struct {
	// subject is its ARN.
	subject string
	// snapshot is the principal; it is the zero value for a boundary policy.
	snapshot    principal.Snapshot
	requirement fence.Requirement
	verdict     verdict.Verdict
	outcome     finding.Outcome
	// was is what the action took the place of, for the command that reverts it.
	was     string
	failure error

	// attached is the document of the boundary that a principal carries, where it is
	// not the required one.
	attached *policy.Document
	// live is the document of a boundary policy that was found in force.
	live *policy.Document

	// What enrich found out, and in notes what it could not.
	escape    verdict.Escape
	contested *finding.Contested
	affects   []string
	notes     []string
}

// lookAndAct gives the verdict on everything that the change concerns, and repairs each
// at once. What goes wrong with one does not keep it from the others.
func (r *run) lookAndAct(ctx context.Context) {
	switch s := r.change.Subject.(type) {
	case trail.Principal:
		r.principal(ctx, s.Ref)
	case trail.Group:
		members, err := r.Directory.GroupMembers(ctx, s)
		if fault.ClassOf(err) == fault.Gone {
			return
		}
		r.failed(err)
		for _, ref := range members {
			r.principal(ctx, ref)
		}
	case trail.ManagedPolicy:
		r.boundaryPolicy(ctx, s.ARN)
	case trail.PermissionSet:
		r.permissionSet(s)
	}
}

func (r *run) failed(err error) {
	if err != nil {
		r.errs = append(r.errs, err)
	}
}

// settle carries out a verdict, where there is anything to carry out, and keeps the
// inquiry for the report.
func (r *run) settle(ctx context.Context, q *inquiry) {
	err := r.act(ctx, q)
	if fault.ClassOf(err) == fault.Gone {
		return // it was deleted while we looked at it
	}
	r.inquiries = append(r.inquiries, q)
	r.failed(err)
}

// act does what the verdict asks for, where the mode allows it, and notes the outcome.
func (r *run) act(ctx context.Context, q *inquiry) error {
	switch {
	case q.verdict.Drift == finding.None:
		q.outcome = finding.NoOutcome
		return nil
	case q.requirement.Mode == fence.Observe, q.requirement.Mode == fence.Alert && q.verdict.Writes():
		q.outcome = finding.Planned
		return nil
	case !q.verdict.Writes():
		q.outcome = finding.Done
		return nil
	}
	for _, action := range q.verdict.Actions {
		if q.outcome, q.failure = r.Remedy.Do(ctx, action); q.failure != nil {
			return q.failure
		}
	}
	return nil
}

// enrichFor bounds the enrichment of one event's findings, so that time is left to
// publish them. It is a small part of the function's time-out.
const enrichFor = 15 * time.Second

// enrichAll enriches what was found, as far as there is time.
func (r *run) enrichAll(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, enrichFor)
	defer cancel()
	for _, q := range r.inquiries {
		r.enrich(ctx, q)
	}
}

// report makes the findings, and publishes those that tell of drift.
func (r *run) report(ctx context.Context, attempt int) (Report, error) {
	report := Report{Change: r.change}
	for _, q := range r.inquiries {
		report.Findings = append(report.Findings, q.finding(r.change, r.now))
	}
	var err error
	report.Unsent, err = r.tell(ctx, report.Findings, attempt)
	return report, errors.Join(append(r.errs, err)...)
}
