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

// version compares a version of a policy that a call made its default with what was
// approved. It is not sure where the version does not exist any more; one of the same id
// that was made since is of another policy.
func (b *batch) version(ctx context.Context, boundary config.Boundary, live principal.PolicyState, c target.Cause, home exposure.Home) (m exposure.Meaning, sure bool, err error) {
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

// versionOf is the document of the version that a call made the default.
func versionOf(state principal.PolicyState, c target.Cause) ([]byte, bool) {
	for _, v := range state.Versions {
		if v.ID == c.Version && !v.Created.Truncate(time.Second).After(c.Event.Time) {
			return v.Document, true
		}
	}
	return nil, false
}

// evidenceOnCarried says of a record on the policy that a principal carries whether what it
// put in force let the principal out. When the principal was given that policy nobody knows,
// so the record is not sure to be what opened anything; and one that let nobody out says
// nothing. What cannot be read is left out: the state is judged all the same.
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
	m, _ := b.Documents.CompareText(document, required, exposure.Home{Partition: s.Partition, Account: s.Account})
	d := plan.Principal(req, s, m)
	if !d.Drifted() {
		return nil
	}
	return []ledger.Evidence{{Cause: c, Opens: true, Unsure: true, Decision: d}}
}
