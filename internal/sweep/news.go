package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// idle is how long after its last look enforce has lost track of an open finding: it looks
// every fifteen minutes at what could not be repaired.
const idle = time.Hour

// isNews reports whether enforce must look at a target that was found outside: its ledger does
// not have the same finding open, or it has stopped trying to repair it.
func (s *Sweeper) isNews(ctx context.Context, v assess.Verdict, writes bool) (bool, error) {
	key := ledger.TargetKey(v.Target)
	if v.Target.Kind == target.Principal {
		key = ledger.PrincipalKey(v.Target.Account, v.Target.ID)
	}
	item, err := s.Ledger.Load(ctx, key)
	if err != nil {
		return false, err
	}
	r, open := item.Open()
	switch {
	case !open:
		return true, nil
	case writes:
		since := s.Now().Add(-idle)
		return item.NextLook.Before(since) && item.Updated.Before(since), nil
	}
	was, is := r.Decision, v.Decision
	return was.Drift != is.Drift || was.Attached != is.Attached || was.Required != is.Required || was.Rule != is.Rule, nil
}

// wasHeld reports whether there is an open finding about the sweep of the account.
func (s *Sweeper) wasHeld(ctx context.Context, sweep target.Target) (bool, error) {
	item, err := s.Ledger.Load(ctx, ledger.TargetKey(sweep))
	_, open := item.Open()
	return open, err
}
