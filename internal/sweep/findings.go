package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// findings looks for open findings whose targets are inside, or no longer exist: the event of
// the call that fixed them was lost, or there was none.
//
// In an organization, the sweep of this function's own account does this for all accounts, so that the ledger is read
// once.
func (s *Sweeper) findings(ctx context.Context, st State) (next State, after time.Duration, err error) {
	if s.isOther(st) {
		next, after = s.afterFindings(st.clone())
		return next, after, nil
	}
	page, unread, marker, err := s.Ledger.Open(ctx, st.Marker)
	next = st.clone()
	switch {
	case temporary(err):
		return st, 0, err
	case err != nil: // the ledger cannot be read: repairs must not wait for that
		next.Unjudged++
		return next.inPhase(Deciding), eventDelay, err
	}
	next.Unjudged += unread
	if s.Organization != nil {
		rest, handed, unasked, err := s.closed(ctx, st, page)
		switch {
		case err != nil:
			return st, 0, err
		case unasked != nil && st.Tries < maxTries:
			return st.retried(), pause, unasked
		}
		page = rest
		next.Handed += handed
	}
	var targets []target.Target
	for _, item := range page {
		if t, ok := targetOf(item); ok && (t.Account == st.Account || s.Organization != nil) {
			targets = append(targets, t)
		}
	}
	verdicts, err := s.verdicts(ctx, &next, targets)
	if err != nil {
		return st.retried(), pause, err
	}
	for _, v := range verdicts {
		if v.Err != nil || v.Decision.Drifted() || v.Decision.PolicyOpen != "" {
			continue // it was counted before
		}
		if err := s.reportOnly(ctx, st, v.Target); err != nil {
			return st, 0, err
		}
		next.Handed++
	}
	if next.Marker = marker; marker != "" {
		return next, 0, nil
	}
	next, after = s.afterFindings(next)
	return next, after, nil
}

// afterFindings goes on to decide. What is to be written waits for the events that may have caused the repair.
func (s *Sweeper) afterFindings(next State) (State, time.Duration) {
	next = next.inPhase(Deciding)
	if next.Writes > 0 {
		return next, eventDelay
	}
	return next, 0
}

// targetOf returns the target of an item, if a look can find it inside.
func targetOf(item ledger.Item) (t target.Target, ok bool) {
	switch item.Kind {
	case target.Principal:
		ref, err := principal.Parse(item.ARN)
		return target.OfPrincipal(ref, item.ID), err == nil
	case target.Policy:
		return target.OfPolicy(item.Partition, item.Account, item.ARN), item.ARN != ""
	}
	return t, false
}
