package report

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

// lookBack is how far back to search for the call that opened a finding.
const lookBack = 24 * time.Hour

// opener searches the event history for the call that opened a finding if no event has shown it. The
// history is late and incomplete: an empty answer proves nothing.
func (r *Reporter) opener(ctx context.Context, item ledger.Item, record ledger.Record, n *ledger.Notes) {
	if _, known := record.OpeningCause(); known || r.History == nil || record.CallFinding || record.Decision.Basis == "" {
		return
	}
	if plan.MayChangeRule(r.Config, record.Trigger.Moved) {
		return // the move may be the cause
	}
	if slices.ContainsFunc(record.Evidence, func(e ledger.Evidence) bool { return e.Unsure }) {
		return // its policy was changed meanwhile: its meaning at the time of a call is not known
	}
	ref, err := principal.Parse(item.ARN)
	if err != nil {
		return
	}
	calls, err := r.History.Calls(ctx, ref, record.Found.Add(-lookBack))
	if err != nil {
		n.Unknown = append(n.Unknown, "who took it out of its boundary is not known: "+err.Error())
		return
	}
	for _, call := range calls { // the latest first
		change, err := call.Change()
		if err != nil || change.Failed() || change.Time.After(record.Found) || !record.To.IsZero() && change.Time.After(record.To) {
			continue // Ringfence may have seen the repair late
		}
		s, ok := change.Subject.(trail.Principal)
		if !ok || s.Ref.Kind != ref.Kind {
			continue
		}
		if change.Time.Before(record.After.Truncate(time.Second)) || s.Deleted || s.ID != "" && s.ID != item.ID || plan.MayChangeRule(r.Config, s.Moved) {
			return // it was inside since then, or it is another principal, or another rule applied
		}
		opens := s.Boundary != nil && *s.Boundary == record.Decision.Attached
		if s.Boundary == nil || !strings.EqualFold(s.Ref.Name, ref.Name) || !opens && !change.Time.Before(record.Found.Truncate(time.Second)) {
			continue // in the second in which the drift was found, the call may be the repair
		}
		if opens && r.unchanged(ctx, item, record.Decision, change.Time) {
			c := target.FromRecord(change.Record)
			n.Opener = &finding.Call{Actor: c.Actor, Event: c.Event}
		}
		return // earlier calls did not open this finding
	}
}

// unchanged reports whether the boundary that a principal carried has the meaning that it had at a
// time and when the drift was found. If today's document compares differently, the policy was
// changed or deleted.
func (r *Reporter) unchanged(ctx context.Context, item ledger.Item, d plan.Decision, since time.Time) bool {
	if d.Attached == "" {
		return true
	}
	state, err := r.Source.Policy(ctx, d.Attached)
	live, _ := state.Default()
	if err != nil || !live.Created.Truncate(time.Second).Before(since) {
		return false
	}
	required, err := r.required(ctx, d)
	if err != nil {
		return false
	}
	m, _ := r.Documents.CompareText(live.Document, required, exposure.AccountScope{Partition: item.Partition, Account: item.Account})
	return m.Relation == d.Meaning.Relation && m.DeniesAll == d.Meaning.DeniesAll
}
