package sweep

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/target"
)

// page reads and judges a page of the account's users and roles.
func (s *Sweeper) page(ctx context.Context, st State) (next State, after time.Duration, err error) {
	page, marker, unread := s.Assessor.Source.Page(ctx, st.Account, st.Marker)
	if unread != nil && len(page) == 0 && marker == "" {
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
	switch after, err = s.judge(ctx, &next, targets); {
	case after > 0:
		return st.again(), after, err
	case err != nil:
		return st, 0, err
	}
	next.Seen += len(page)
	next.Pages++
	if next.Marker = marker; marker == "" {
		next = next.at(Policies)
	}
	return next, 0, nil
}

// policies judges the boundary policies that the configuration requires.
func (s *Sweeper) policies(ctx context.Context, st State) (next State, after time.Duration, err error) {
	next = st.clone()
	var targets []target.Target
	// An account without anybody has no name here, and nothing to bound.
	for _, b := range s.Assessor.Config.Boundaries(st.Partition, st.Account) {
		targets = append(targets, target.OfPolicy(st.Partition, st.Account, b.ARN))
	}
	switch after, err = s.judge(ctx, &next, targets); {
	case after > 0:
		return st.again(), after, err
	case err != nil:
		return st, 0, err
	}
	return next.at(Findings), 0, nil
}

// judge notes what is to be written, and hands on what is only to be told. After is when to
// look again, since some could not be judged; that is done a few times.
func (s *Sweeper) judge(ctx context.Context, next *State, targets []target.Target) (after time.Duration, err error) {
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
			next.outside(v.Target)
			continue
		}
		news, err := s.news(ctx, v, writes)
		if err != nil {
			return 0, err
		}
		if !news {
			continue
		}
		if writes {
			err = s.hand(ctx, *next, v.Target, settle)
		} else {
			err = s.tell(ctx, *next, v.Target)
		}
		if err != nil {
			return 0, err
		}
		next.Handed++
	}
	return 0, nil
}

// verdicts are those on targets, or why some are to be judged again.
func (s *Sweeper) verdicts(ctx context.Context, next *State, targets []target.Target) ([]assess.Verdict, error) {
	verdicts := s.Assessor.Judge(ctx, targets)
	for _, v := range verdicts {
		if passes(v.Err) && next.Tries < patience {
			return nil, v.Err
		}
	}
	next.Tries = 0
	return verdicts, nil
}

// passes reports whether an error may not come again.
func passes(err error) bool {
	if err == nil {
		return false
	}
	class := errclass.ClassOf(err)
	return class != errclass.Refused && class != errclass.BadInput
}

// writes reports whether enforce would write what was judged, now or once it has waited for the
// record of a move. The assessor alerts: the mode is that of the rule.
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
