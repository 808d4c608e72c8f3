package reconcile

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// version compares the version that a call made the default of a policy with the approved
// document. sure is false if that version no longer exists. A version of the same id that was
// created since belongs to another policy.
func (b *batch) version(ctx context.Context, boundary config.Boundary, live principal.PolicyState, c target.Cause, home exposure.AccountScope) (m exposure.Meaning, sure bool, err error) {
	document, ok := versionOf(live, c)
	if !ok {
		state, err := b.Source.Versions(ctx, boundary.ARN)
		if class := errclass.ClassOf(err); err != nil && class != errclass.Gone && class != errclass.Refused {
			return m, false, err
		}
		if document, ok = versionOf(state, c); !ok {
			return exposure.Meaning{Relation: compare.Unproven, Why: "version " + c.Version + " does not exist any more"}, false, nil
		}
	}
	m, _ = b.Documents.CompareText(document, boundary.Policy, home)
	return m, true, nil
}

// versionOf returns the document of the version that a call made the default.
func versionOf(state principal.PolicyState, c target.Cause) ([]byte, bool) {
	for _, v := range state.Versions {
		if v.ID == c.Version && !v.Created.Truncate(time.Second).After(c.Event.Time) {
			return v.Document, true
		}
	}
	return nil, false
}

// evidenceOnCarried returns evidence for a call on the policy that a principal carries if it
// let the principal out. It is not known when the principal got that policy, so such evidence
// is never certain, and a call that did not let it out proves nothing. Unreadable records are
// skipped: the state is evaluated anyway.
func (b *batch) evidenceOnCarried(ctx context.Context, req config.Requirement, s principal.Snapshot, c target.Cause) []ledger.Evidence {
	if s.Boundary != *c.Boundary || !plan.NeedsMeaning(req, s) {
		return nil
	}
	document := c.Document
	if document == nil {
		state, err := b.Source.Versions(ctx, s.Boundary)
		if document, _ = versionOf(state, c); err != nil || document == nil {
			return nil
		}
	}
	required, _, err := b.required(ctx, req)
	if err != nil || required == nil {
		return nil
	}
	m, _ := b.Documents.CompareText(document, required, exposure.AccountScope{Partition: s.Partition, Account: s.Account})
	d := plan.Principal(req, s, m)
	if !d.Drifted() {
		return nil
	}
	return []ledger.Evidence{{Cause: c, Opens: true, Unsure: true, Decision: d}}
}
