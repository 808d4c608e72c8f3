package pipeline

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/verdict"
)

// moved adds to a verdict that the call took the principal out of a rule. The finding of
// one that is otherwise as it must be then names the rule that it left, and what that
// rule requires.
func (r *run) moved(q *inquiry) {
	s, ok := r.change.Subject.(trail.Principal)
	if !ok || q.snapshot.Protection() != principal.Unprotected {
		return
	}
	left, ok := r.Fence.Left(q.snapshot, s.Moved, r.now)
	if !ok {
		return
	}
	q.verdict = verdict.Moved(q.verdict, q.requirement, left, s.Moved)
	if q.verdict.Drift == finding.Moved {
		q.requirement = left.Requirement
	}
}
