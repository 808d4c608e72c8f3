package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// findings looks for findings that stand though their targets are inside, or are not there any
// more: the event of the call that put one right was lost, or there was none.
func (s *Sweeper) findings(ctx context.Context, st State) (next State, after time.Duration, err error) {
	page, unread, marker, err := s.Ledger.Open(ctx, st.Marker)
	next = st.clone()
	switch {
	case passes(err):
		return st, 0, err
	case err != nil: // nobody may read it: that keeps nobody from being put right
		next.Unjudged++
		return next.at(Deciding), settle, err
	}
	next.Unjudged += unread
	var targets []target.Target
	for _, item := range page {
		if t, ok := of(item); ok && t.Account == st.Account {
			targets = append(targets, t)
		}
	}
	verdicts, err := s.verdicts(ctx, &next, targets)
	if err != nil {
		return st.again(), pause, err
	}
	for _, v := range verdicts {
		if v.Err != nil || v.Decision.Drifted() || v.Decision.PolicyOpen != "" {
			continue // it was counted where it was met
		}
		if err := s.tell(ctx, st, v.Target); err != nil {
			return st, 0, err
		}
		next.Handed++
	}
	if next.Marker = marker; marker != "" {
		return next, 0, nil
	}
	next = next.at(Deciding)
	if next.Writes > 0 {
		return next, settle, nil
	}
	return next, 0, nil
}

// of is the target of an item, where it is one that a look can find inside.
func of(item ledger.Item) (t target.Target, ok bool) {
	switch item.Kind {
	case target.Principal:
		ref, err := principal.Parse(item.ARN)
		return target.OfPrincipal(ref, item.ID), err == nil
	case target.Policy:
		return target.OfPolicy(item.Partition, item.Account, item.ARN), item.ARN != ""
	}
	return t, false
}
