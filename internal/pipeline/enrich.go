package pipeline

import (
	"context"
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/verdict"
)

// enrich adds to a drift what a responder wants to know and the repair did not need to.
// What cannot be found out is said in the finding, and holds up nothing.
func (r *run) enrich(ctx context.Context, q *inquiry) {
	switch {
	case q.verdict.Drift == finding.None, q.verdict.Drift == finding.ControlTampered:
	case q.verdict.Drift == finding.Moved && q.snapshot.Boundary == q.requirement.Boundary.ARN:
		// It still is inside the boundary that it might take off now.
	case q.snapshot.Name != "":
		r.unknown(q, "what it could do", r.escape(ctx, q))
		r.unknown(q, "whether it is contested", r.contest(ctx, q))
	case q.requirement.Boundary.ARN != "":
		r.unknown(q, "whom it affects", r.affected(ctx, q))
		r.unknown(q, "what it is attached to", r.attached(ctx, q))
	}
}

// unknown notes what could not be found out.
func (r *run) unknown(q *inquiry, what string, err error) {
	if err != nil {
		q.notes = append(q.notes, what+" is not known: "+err.Error())
	}
}

// escape finds out what the principal's identity policies allow beyond its required
// boundary: what was possible while it was outside.
func (r *run) escape(ctx context.Context, q *inquiry) error {
	required, why, err := r.required(ctx, q)
	if err != nil {
		return err
	}
	if required == nil {
		return fault.New(fault.Refused, "%s", why)
	}
	identity, err := r.Directory.IdentityPolicies(ctx, q.snapshot.Ref)
	if err != nil {
		return err
	}
	q.escape = r.documents.Assess(q.snapshot, identity, q.attached, required, q.verdict.Meaning)
	if !q.escape.Known {
		return fault.New(fault.Refused, "%s", q.escape.Why)
	}
	return nil
}

// contest asks whether somebody keeps undoing the repair that was just made.
func (r *run) contest(ctx context.Context, q *inquiry) error {
	if q.outcome != finding.Done || !q.verdict.Writes() || r.History == nil {
		return nil
	}
	calls, err := r.History.Calls(ctx, q.snapshot.Ref, r.now.Add(-verdict.ContestedWithin))
	if err != nil {
		return err
	}
	q.contested = verdict.Contested(r.change, calls, q.snapshot.Ref, q.requirement.Boundary.ARN, r.now)
	return nil
}

// named is how many of the principals that a boundary policy caps a finding names at
// most: IAM lists them without their paths, so that each costs a call.
const named = 100

// affected names the principals that a boundary policy caps.
func (r *run) affected(ctx context.Context, q *inquiry) error {
	refs, err := r.Directory.BoundedBy(ctx, r.change.Account, q.requirement.Boundary.ARN)
	if more := len(refs) - named; more > 0 {
		q.notes = append(q.notes, fmt.Sprintf("it caps %d more than are named", more))
		refs = refs[:named]
	}
	for _, ref := range refs {
		s, err := r.Directory.Principal(ctx, ref)
		switch {
		case err == nil:
			q.affects = append(q.affects, s.ARN())
		case fault.ClassOf(err) != fault.Gone:
			return err
		}
	}
	return err
}

// attached tells where a boundary policy that is restored also gives permissions: there
// the repair takes away and gives in another way than it does to those whom it caps.
func (r *run) attached(ctx context.Context, q *inquiry) error {
	if q.verdict.Action() != finding.Restore {
		return nil
	}
	names, err := r.Directory.AttachedTo(ctx, q.requirement.Boundary.ARN)
	if len(names) > 0 {
		q.notes = append(q.notes, "it gives permissions too, which the repair changes: it is attached to "+strings.Join(names, ", "))
	}
	return err
}
