package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/target"
)

// page reads and evaluates a page of the account's users and roles.
func (s *Sweeper) page(ctx context.Context, st State) (next State, after time.Duration, err error) {
	page, marker, unread := s.Assessor.Source.Page(ctx, st.Account, st.Marker)
	if unread != nil && len(page) == 0 && marker == "" {
		if next, is, err := s.unreachable(ctx, st, unread); is {
			return next, 0, err
		}
		return st, 0, unread
	}
	next = st.clone()
	if unread != nil {
		next.Unjudged++
	}
	targets := make([]target.Target, len(page))
	for i, p := range page {
		targets[i] = target.OfSnapshot(p)
		next.Partition, next.Account = p.Partition, p.Account
	}
	switch after, err = s.evaluate(ctx, &next, targets); {
	case after > 0:
		return st.retried(), after, err
	case err != nil:
		return st, 0, err
	}
	next.Seen += len(page)
	next.Pages++
	if next.Marker = marker; marker == "" {
		next = next.inPhase(Policies)
	}
	return next, 0, nil
}

// policies evaluates the boundary policies that the configuration requires.
func (s *Sweeper) policies(ctx context.Context, st State) (next State, after time.Duration, err error) {
	next = st.clone()
	var targets []target.Target
	// The partition and account of an empty account are unknown, and there is nothing to do.
	for _, b := range s.Assessor.Config.Boundaries(st.Partition, st.Account) {
		targets = append(targets, target.OfPolicy(st.Partition, st.Account, b.ARN))
	}
	switch after, err = s.evaluate(ctx, &next, targets); {
	case after > 0:
		return st.retried(), after, err
	case err != nil:
		return st, 0, err
	}
	return next.inPhase(Findings), 0, nil
}

// evaluate notes the targets to be written, and hands over those to be reported only. If some
// could not be evaluated, after is when to try again; that is limited to a few times.
func (s *Sweeper) evaluate(ctx context.Context, next *State, targets []target.Target) (after time.Duration, err error) {
	verdicts, err := s.verdicts(ctx, next, targets)
	if err != nil {
		return pause, err
	}
	for _, v := range verdicts {
		switch {
		case v.Err != nil:
			next.Unjudged++
			continue
		case !v.Decision.Drifted():
			continue
		}
		next.Drift[v.Decision.Drift]++
		writes := s.writes(v)
		if writes && !s.overridden() {
			next.addOutside(v.Target)
			continue
		}
		news, err := s.isNews(ctx, v, writes)
		if err != nil {
			return 0, err
		}
		if !news {
			continue
		}
		if writes {
			err = s.handOver(ctx, *next, v.Target, eventDelay)
		} else {
			err = s.reportOnly(ctx, *next, v.Target)
		}
		if err != nil {
			return 0, err
		}
		next.Handed++
	}
	return 0, nil
}

// verdicts returns the verdicts on targets, or an error if some must be evaluated again.
func (s *Sweeper) verdicts(ctx context.Context, next *State, targets []target.Target) ([]assess.Verdict, error) {
	verdicts := s.Assessor.Decide(ctx, targets)
	for _, v := range verdicts {
		if temporary(v.Err) && next.Tries < maxTries {
			return nil, v.Err
		}
	}
	next.Tries = 0
	return verdicts, nil
}

// temporary reports whether an error may go away.
func temporary(err error) bool {
	if err == nil {
		return false
	}
	class := errclass.ClassOf(err)
	return class != errclass.Refused && class != errclass.BadInput
}

// writes reports whether enforce would write the target, now or after waiting for the record of
// a move. The assessor's own mode is alert, so the mode is taken from the rule.
func (s *Sweeper) writes(v assess.Verdict) bool {
	d := v.Decision
	if !d.Writes() && !d.Kept.Waiting() {
		return false
	}
	if v.Target.Kind == target.Policy {
		b, _ := s.Assessor.Config.BoundaryFor(v.Target.ARN)
		return b.Mode == config.Enforce
	}
	rule, _ := s.Assessor.Config.Rule(d.Rule)
	return rule.Mode == config.Enforce
}
