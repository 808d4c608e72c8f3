package reconcile

import (
	"context"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// movedOut returns the rule that a call took the principal out of, and the call; nil if there
// is none.
func (b *batch) movedOut(w target.Work, s principal.Snapshot) (*config.MovedOut, target.Cause) {
	if s.Protection() != principal.Unprotected {
		return nil, target.Cause{}
	}
	for _, c := range w.Causes {
		if left, ok := b.Config.MovedOut(s, c.Moved, b.Now()); ok {
			return &left, c
		}
	}
	return nil, target.Cause{}
}

// swapMoveWindow is the largest distance between a swap of a boundary and a move that are
// treated as one change.
const swapMoveWindow = 15 * time.Minute

// coveredMove returns the rule that a principal may have been moved out of while its boundary
// was swapped: each of the two calls alone leaves it inside. They may arrive in any order and
// in different messages, so each one is remembered for the other.
func (b *batch) coveredMove(ctx context.Context, w target.Work, req config.Requirement, s principal.Snapshot, e ledger.Entry, a attached) (*config.MovedOut, target.Cause, error) {
	var none target.Cause
	swap := latest(w.Causes, func(c target.Cause) bool { return isSwap(c, s) })
	move := latest(w.Causes, func(c target.Cause) bool { return b.isMove(c, s) })
	if s.Boundary == "" || swap == nil && move == nil || len(b.Config.Others(s, req)) == 0 || s.Protection() != principal.Unprotected {
		return nil, none, nil
	}
	item, err := b.Ledger.Load(ctx, e.Key)
	if err != nil {
		return nil, none, err
	}
	if swap != nil && item.Repaired(*swap) {
		swap = nil
	}
	if move != nil {
		if was, ok := item.Replaced(s.Boundary, move.At()); ok {
			then := s
			then.Boundary = was
			for _, q := range b.Config.MayHaveMovedOut(s, move.Moved, b.Now()) {
				a, err := b.meaning(ctx, q, then)
				if err != nil {
					return nil, none, err
				}
				if plan.Fits(q, then, a.Meaning) { // the record of the move arrived after the repair that it led to
					return &config.MovedOut{Requirement: q, Swapped: true}, *move, nil
				}
			}
		}
	}
	fresh := swap != nil || move != nil
	if swap == nil {
		swap = item.Swap
	}
	if move == nil {
		move = item.Move
	}
	if fresh {
		err = b.updateFrom(ctx, item, func(i ledger.Item) (ledger.Item, bool) { return i.WithCalls(e, swap, move), true })
	}
	if err != nil || swap == nil || move == nil || move.At().Sub(swap.At()).Abs() > swapMoveWindow {
		return nil, none, err
	}
	carried := a.document
	if s.Boundary == req.Boundary.ARN {
		carried = req.Boundary.Policy
	}
	for _, q := range b.Config.MayHaveMovedOut(s, move.Moved, b.Now()) {
		if !b.compareUnder(q, s, carried).Within() {
			return &config.MovedOut{Requirement: q, Swapped: true}, *move, nil
		}
	}
	return nil, none, nil
}

// latest returns the latest cause that matches, nil if there is none.
func latest(causes []target.Cause, is func(target.Cause) bool) *target.Cause {
	for _, c := range slices.Backward(causes) {
		if is(c) {
			return &c
		}
	}
	return nil
}
