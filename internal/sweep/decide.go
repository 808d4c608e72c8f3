package sweep

import (
	"context"

	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// decide evaluates again what is to be written, since events may have caused the repair by now.
// It hands over all of it, or nothing if there is too much.
func (s *Sweeper) decide(ctx context.Context, st State) (State, error) {
	next := st.clone()
	outside, err := s.stillOutside(ctx, st)
	if err != nil {
		return st, err
	}
	limit := plan.WriteLimit(st.Seen)
	// Targets that the state has no room for were outside a moment ago.
	writes := len(outside) + st.Writes - len(st.Outside)
	if writes > limit && !s.overridden() {
		next.Held = writes
		held := &plan.Held{Writes: next.Held, Seen: st.Seen, Limit: limit, Names: names(outside)}
		return next.inPhase(OwnParts), s.handOver(ctx, st, target.OfSweep(st.Partition, st.Account, held), 0)
	}
	for _, t := range outside {
		if err := s.handOver(ctx, st, t, 0); err != nil {
			return st, err
		}
		next.Handed++
	}
	sweep := target.OfSweep(st.Partition, st.Account, nil)
	was, err := s.wasHeld(ctx, sweep)
	if err == nil && was {
		err = s.handOver(ctx, st, sweep, 0)
	}
	return next.inPhase(OwnParts), err
}

// stillOutside returns the targets that are still outside and that enforce is not already
// handling. Targets that cannot be evaluated are included: enforce finds out.
func (s *Sweeper) stillOutside(ctx context.Context, st State) (outside []target.Target, err error) {
	for _, v := range s.Assessor.Decide(ctx, st.Outside) {
		if v.Err == nil && (!v.Decision.Drifted() || !s.writes(v)) {
			continue
		}
		news, err := s.isNews(ctx, v, true)
		if err != nil {
			return nil, err
		}
		if news {
			outside = append(outside, v.Target)
		}
	}
	return outside, nil
}

func names(targets []target.Target) []string {
	all := make([]string, len(targets))
	for i, t := range targets {
		if all[i] = t.ARN; t.Kind == target.Principal {
			all[i] = t.Ref.ARN()
		}
	}
	return all
}
