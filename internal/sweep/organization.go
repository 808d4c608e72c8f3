package sweep

import (
	"context"
	"slices"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// list starts a sweep for each of some accounts. If it is repeated, an account is swept twice, which changes nothing.
func (s *Sweeper) list(ctx context.Context, st State) (State, error) {
	page, marker, err := s.Organization.Accounts(ctx, st.Marker)
	if err != nil {
		return st, err
	}
	next := st.clone()
	for _, a := range page {
		if err := s.Organization.Keep(ctx, a, st.Started); err != nil {
			return st, err
		}
		if slices.Contains(s.Excluded, a.ID) {
			continue
		}
		if err := s.Organization.Start(ctx, State{Started: st.Started, Account: a.ID}); err != nil {
			return st, err
		}
		next.Accounts++
	}
	if next.Marker = marker; marker == "" {
		next = next.inPhase(Forgetting)
	}
	return next, nil
}

// forget removes what is stored of accounts that are closed. That an account was not listed is only a hint: it may have
// been moved while the units were read, so each is asked about.
func (s *Sweeper) forget(ctx context.Context, st State) (State, error) {
	page, marker, err := s.Organization.Kept(ctx, st.Marker)
	if err != nil {
		return st, err
	}
	for _, a := range page {
		switch closed, err := s.Organization.Closed(ctx, a.ID, st.Started); {
		case temporary(err):
			return st, err
		case err != nil || !closed:
			continue // it stays until Organizations says so
		}
		if err := s.Organization.Forget(ctx, a); err != nil {
			return st, err
		}
	}
	next := st.clone()
	if next.Marker = marker; marker == "" {
		next = next.inPhase(Done)
	}
	return next, nil
}

// closed hands over the open items of accounts that are closed, so that enforce resolves them, and returns the others. An
// account that is not swept is not closed, and neither is one that Organizations does not answer about: unasked says why,
// if that may go away.
func (s *Sweeper) closed(ctx context.Context, st State, page []ledger.Item) (rest []ledger.Item, handed int, unasked, err error) {
	known := map[string]bool{s.Account: false}
	for _, id := range s.Excluded {
		known[id] = false
	}
	for _, item := range page {
		closed, asked := known[item.Account]
		if !asked && principal.IsAccount(item.Account) {
			is, err := s.Organization.Closed(ctx, item.Account, st.Started)
			if temporary(err) {
				unasked = err
			}
			closed = is && err == nil
			known[item.Account] = closed
		}
		if !closed {
			rest = append(rest, item)
			continue
		}
		if err := s.handOver(ctx, st, target.OfClosed(item.Partition, item.Account, item.Key), 0); err != nil {
			return nil, 0, nil, err
		}
		handed++
	}
	return rest, handed, unasked, nil
}

// in returns the sweeper whose configuration knows what the organization says of the account that is swept.
func (s *Sweeper) in(ctx context.Context, st State) (*Sweeper, error) {
	if st.Account == "" {
		return s, nil
	}
	assessor, err := s.Assessor.In(ctx, st.Account)
	if err != nil {
		return s, err
	}
	in := *s
	in.Assessor = assessor
	return &in, nil
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
