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

// unapproved tells what became of a required policy that no document is approved for: that it
// does not exist, and of each call that changed what it says.
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
		found = found.Shows(deletions(w, d))
	}
	all := b.note(ctx, w, found)
	var told Result
	for _, c := range w.Causes {
		if c.Why != target.Event {
			continue
		}
		if c.Deleted != d.Drifted() && b.Now().Sub(c.At()) < b.Settle {
			return again(unsettled, nil) // IAM may still give the state before the call
		}
		if document := document(c, state); document != nil {
			e := b.entry(w, key, boundary.ARN, "", b.changed(w, boundary, c, state, document))
			told = told.and(b.note(ctx, w, e.Calls(c)))
		}
	}
	if len(told.Seen) > 0 && !d.Drifted() {
		all = all.unseen()
	}
	return all.and(told)
}

// deletions are the records that say who made a policy absent, as it was decided that it is.
func deletions(w target.Work, d plan.Decision) (all []ledger.Evidence) {
	for _, c := range w.Causes {
		if c.Why == target.Event && c.Deleted {
			all = append(all, ledger.Evidence{Cause: c, Opens: true, Decision: d})
		}
	}
	return all
}

// document is what a call put in force in a policy, nil where it put nothing.
func document(c target.Cause, state principal.PolicyState) []byte {
	if c.Document != nil || c.Version == "" {
		return c.Document
	}
	if document, ok := versionOf(state, c); ok {
		return document
	}
	return []byte("{}") // it was deleted since
}

// changed compares what a call put in force with what was there before. IAM does not say
// which of the versions was in force then, and one that never was can be made to look like
// it: so that one counts which the new document goes furthest beyond, the latest of those.
func (b *batch) changed(w target.Work, boundary config.Boundary, c target.Cause, state principal.PolicyState, text []byte) plan.Decision {
	worst := exposure.Meaning{Relation: compare.Unproven, Why: "none of the versions before is left"}
	var before *plan.Version
	home := exposure.Home{Partition: w.Target.Partition, Account: w.Target.Account}
	for i := len(state.Versions) - 1; i >= 0; i-- {
		v := state.Versions[i]
		// Records have whole seconds, and do not say which version a call made.
		since := v.Created.Truncate(time.Second).Compare(c.Event.Time)
		if v.ID == c.Version || since > 0 || since == 0 && bytes.Equal(compact(v.Document), compact(text)) {
			continue
		}
		m := exposure.Meaning{Relation: compare.Unproven, Why: "version " + v.ID + " cannot be read"}
		if old, err := b.Documents.Parse(v.Document); err == nil {
			m, _ = b.Documents.CompareText(text, old, home)
		}
		if before == nil || beyond(m) > beyond(worst) {
			worst, before = m, &plan.Version{ID: v.ID, Document: v.Document}
		}
	}
	return plan.ChangedPolicy(boundary, worst, text, before)
}

// beyond orders meanings by how far they go beyond what was.
func beyond(m exposure.Meaning) int {
	switch {
	case m.Gains != nil:
		return 3
	case m.Relation != compare.Equal && m.Relation != compare.Narrower:
		return 2
	case m.Relation == compare.Narrower:
		return 1
	}
	return 0
}

// compact is a document without the white space, in which a copy may differ.
func compact(text []byte) []byte {
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		return nil
	}
	return out.Bytes()
}
