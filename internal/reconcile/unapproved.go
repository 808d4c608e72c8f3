package reconcile

import (
	"bytes"
	"context"
	"encoding/json"
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

// unapproved reports changes of a required policy without an approved document: that it does
// not exist, and each call that changed its default version.
func (b *batch) unapproved(ctx context.Context, w target.Work, boundary config.Boundary) Result {
	state, err := b.Source.Versions(ctx, boundary.ARN)
	d := plan.UnapprovedPolicy(boundary)
	switch class := errclass.ClassOf(err); {
	case class == errclass.Gone:
		d = plan.AbsentPolicy(boundary)
	case err != nil && class != errclass.Refused:
		return failed(err)
	}
	key := ledger.TargetKey(w.Target)
	found := b.entry(w, key, boundary.ARN, "", d)
	if d.Drifted() {
		found = found.WithEvidence(deletions(w, d))
	}
	all := b.note(ctx, w, found)
	var reported Result
	for _, c := range w.Causes {
		if c.Kind != target.Event {
			continue
		}
		if c.Deleted != d.Drifted() && b.Now().Sub(c.At()) < b.PropagationDelay {
			return retry(unsettled, nil) // IAM may still return the state before the call
		}
		if document := document(c, state); document != nil {
			e := b.entry(w, key, boundary.ARN, "", b.changed(w, boundary, c, state, document))
			reported = reported.and(b.note(ctx, w, e.ForCall(c)))
		}
	}
	if len(reported.Decisions) > 0 && !d.Drifted() {
		all = all.withoutDecisions()
	}
	return all.and(reported)
}

// deletions returns the records that say who deleted a policy.
func deletions(w target.Work, d plan.Decision) (all []ledger.Evidence) {
	for _, c := range w.Causes {
		if c.Kind == target.Event && c.Deleted {
			all = append(all, ledger.Evidence{Cause: c, Opens: true, Decision: d})
		}
	}
	return all
}

// document returns the document that a call made the default, nil if it made none.
func document(c target.Cause, state principal.PolicyState) []byte {
	if c.Document != nil || c.Version == "" {
		return c.Document
	}
	if document, ok := versionOf(state, c); ok {
		return document
	}
	return []byte("{}") // it was deleted since
}

// changed compares the document that a call made the default with the one before. IAM does not
// say which version was the default then, and an attacker can add a version that looks similar.
// So the comparison uses the version that the new document exceeds most, and the latest of
// those.
func (b *batch) changed(w target.Work, boundary config.Boundary, c target.Cause, state principal.PolicyState, text []byte) plan.Decision {
	worst := exposure.Meaning{Relation: compare.Unproven, Why: "no earlier version is left"}
	var before *plan.Version
	home := exposure.AccountScope{Partition: w.Target.Partition, Account: w.Target.Account}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		v := state.Versions[i]
		// Records have whole seconds, and do not say which version a call created.
		since := v.Created.Truncate(time.Second).Compare(c.Event.Time)
		if v.ID == c.Version || since > 0 || since == 0 && bytes.Equal(compact(v.Document), compact(text)) {
			continue
		}
		m := exposure.Meaning{Relation: compare.Unproven, Why: "version " + v.ID + " cannot be read"}
		if old, err := b.Documents.Parse(v.Document); err == nil {
			m, _ = b.Documents.CompareText(text, old, home)
		}
		if before == nil || widening(m) > widening(worst) {
			worst, before = m, &plan.Version{ID: v.ID, Document: v.Document}
		}
	}
	return plan.ChangedPolicy(boundary, worst, text, before)
}

// widening orders meanings by how much they allow beyond the earlier version.
func widening(m exposure.Meaning) int {
	switch {
	case m.WiderWitness != nil:
		return 3
	case !m.Relation.AllowsNoMore():
		return 2
	case m.Relation != compare.Equal:
		return 1
	}
	return 0
}

// compact returns a document without white space, which may differ between copies.
func compact(text []byte) []byte {
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		return nil
	}
	return out.Bytes()
}
