package sweep

import (
	"context"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/target"
)

// list starts a sweep for each of some accounts. If it is repeated, an account is swept twice, which changes nothing.
func (s *Sweeper) list(ctx context.Context, st State) (State, error) {
	page, marker, err := s.Organization.Accounts(ctx, st.Marker)
	if err != nil {
		return st, err
	}
	next := st.clone()
	for _, account := range page {
		if err := s.Organization.Start(ctx, State{Started: st.Started, Account: account}); err != nil {
			return st, err
		}
		next.Accounts++
	}
	if next.Marker = marker; marker == "" {
		next = next.inPhase(Done)
	}
	return next, nil
}

// isOther reports whether the account of a sweep is not the one of this function.
func (s *Sweeper) isOther(st State) bool { return s.Organization != nil && st.Account != s.Account }

// unreachable ends the sweep of an account that this function may not enter, and has that reported. The first call of a
// sweep tells: its role is missing, does not trust this function, or may not read.
func (s *Sweeper) unreachable(ctx context.Context, st State, why error) (next State, is bool, err error) {
	if !s.isOther(st) || st.Pages > 0 || errclass.ClassOf(why) != errclass.Refused {
		return st, false, nil
	}
	next = st.clone()
	next.Unreachable = why.Error()
	return next.inPhase(Done), true, s.handOver(ctx, st, target.OfUnreachable(s.Partition, st.Account, why.Error()), 0)
}
