package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// evidenceOn computes, for each record on a principal, what would have been decided right after
// its call: whether the principal was outside then. now compares the attached boundary. A
// boundary that can no longer be read did not count as accepted, and if a policy was changed
// since the call, its earlier meaning is unknown.
func (b *batch) evidenceOn(ctx context.Context, w target.Work, req config.Requirement, s principal.Snapshot, now attached) ([]ledger.Evidence, error) {
	var all []ledger.Evidence
	for _, c := range w.Causes {
		if c.Kind != target.Event || c.Boundary == nil || !about(c, s) {
			continue
		}
		if c.Document != nil || c.Version != "" {
			all = append(all, b.evidenceOnCarried(ctx, req, s, c)...)
			continue
		}
		then := s
		then.Boundary = *c.Boundary
		a, err := now, error(nil)
		if then.Boundary != s.Boundary {
			a, err = b.meaning(ctx, req, then)
		}
		if err != nil {
			if !plan.Principal(req, s, now.Meaning).Drifted() {
				return nil, err
			}
			// The repair does not depend on the record.
			a = attached{Meaning: exposure.Meaning{Relation: compare.Unproven, Why: err.Error()}, since: b.Now()}
		}
		meaning := a.Meaning
		// Records have whole seconds: a change in the same second may have come later.
		changed := !a.since.Truncate(time.Second).Before(c.Event.Time)
		if changed && meaning.Relation != compare.Unproven {
			meaning = exposure.Meaning{Relation: compare.Unproven, Why: "policy " + then.Boundary + " was changed after the call"}
		}
		d := plan.Principal(req, then, meaning)
		all = append(all, ledger.Evidence{Cause: c, Opens: d.Drifted(), Unsure: changed && d.Drifted(), Decision: d})
	}
	return all, nil
}

// about reports whether a record can be about this principal, not about an earlier one of the
// same name.
func about(c target.Cause, s principal.Snapshot) bool {
	return (c.ID == "" || c.ID == s.ID) && !c.Event.Time.Before(s.Created.Truncate(time.Second))
}

// evidenceOnPolicy does the same for the records on a boundary policy.
func (b *batch) evidenceOnPolicy(ctx context.Context, w target.Work, boundary config.Boundary, live principal.PolicyState, now plan.Decision) ([]ledger.Evidence, error) {
	var all []ledger.Evidence
	home := exposure.AccountScope{Partition: w.Target.Partition, Account: w.Target.Account}
	for _, c := range w.Causes {
		if c.Kind != target.Event || !c.Evidence() {
			continue
		}
		var d plan.Decision
		sure := true
		switch {
		case c.Deleted:
			d = plan.AbsentPolicy(boundary)
		case c.Document != nil:
			m, _ := b.Documents.CompareText(c.Document, boundary.Policy, home)
			d = plan.Policy(boundary, m)
		default:
			var m exposure.Meaning
			var err error
			m, sure, err = b.version(ctx, boundary, live, c, home)
			if err != nil && !now.Drifted() {
				return nil, err
			}
			if err != nil {
				m = exposure.Meaning{Relation: compare.Unproven, Why: err.Error()}
			}
			d = plan.Policy(boundary, m)
		}
		all = append(all, ledger.Evidence{Cause: c, Opens: d.Drifted(), Unsure: !sure && d.Drifted(), Decision: d})
	}
	return all, nil
}
