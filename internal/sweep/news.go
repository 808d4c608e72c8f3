package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/target"
)

// idle is how long after its last look enforce has lost sight of what stands open: it looks every
// fifteen minutes at what could not be repaired.
const idle = time.Hour

// news reports whether enforce must look at what was found outside. It has what is open in its
// ledger as it was found now; and of what it is to write, it is trying.
func (s *Sweeper) news(ctx context.Context, v assess.Verdict, writes bool) (bool, error) {
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

// wasHeld reports whether people were told of a sweep that was held.
func (s *Sweeper) wasHeld(ctx context.Context, sweep target.Target) (bool, error) {
	item, err := s.Ledger.Load(ctx, ledger.TargetKey(sweep))
	_, open := item.Open()
	return open, err
}
