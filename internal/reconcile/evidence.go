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

// evidenceOn says of each record on a principal what would have been decided right after
// its call: whether the principal was outside then. What it carries now was compared
// already, and its policy has been so since a time. A boundary that cannot be read any more
// was not an accepted one; and what one meant whose policy was changed since is not known.
func (b *batch) evidenceOn(ctx context.Context, w target.Work, req config.Requirement, s principal.Snapshot, now attached) ([]ledger.Evidence, error) {
	var all []ledger.Evidence
	for _, c := range w.Causes {
		if c.Why != target.Event || c.Boundary == nil || !about(c, s) {
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
			// The repair does not wait for what the record says.
			a = attached{Meaning: exposure.Meaning{Relation: compare.Unproven, Why: err.Error()}, since: b.Now()}
		}
		meaning := a.Meaning
		// Records have whole seconds: what changed in the same one may have changed after.
		changed := !a.since.Truncate(time.Second).Before(c.Event.Time)
		if changed && meaning.Relation != compare.Unproven {
			meaning = exposure.Meaning{Relation: compare.Unproven, Why: "policy " + then.Boundary + " was changed after the call"}
		}
		d := plan.Principal(req, then, meaning)
		all = append(all, ledger.Evidence{Cause: c, Opens: d.Drifted(), Unsure: changed && d.Drifted(), Decision: d})
	}
	return all, nil
}

// about reports whether a record can be about a principal, and not about one that had its
// name before.
func about(c target.Cause, s principal.Snapshot) bool {
	return (c.ID == "" || c.ID == s.ID) && !c.Event.Time.Before(s.Created.Truncate(time.Second))
}

// evidenceOnPolicy is the same for the records on a boundary policy.
func (b *batch) evidenceOnPolicy(ctx context.Context, w target.Work, boundary config.Boundary, live principal.PolicyState, now plan.Decision) ([]ledger.Evidence, error) {
	var all []ledger.Evidence
	home := exposure.Home{Partition: w.Target.Partition, Account: w.Target.Account}
	for _, c := range w.Causes {
		if c.Why != target.Event || !c.Evidence() {
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
