package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/bench/calls"
	"github.com/ringfence/ringfence/internal/bench/stub"
)

// late is the delay of a call to find out which calls wait for it. All other calls of an event
// together take less.
const late = 150 * time.Millisecond

// learn finds the calls that a function makes for the first event of a process, and for a later
// one.
func (b *bench) learn(ctx context.Context, t *contender) (first, next calls.Plan, err error) {
	b.say("%s: learning which calls wait for which", t.name)
	a, err := newAccount(ctx, b.dir)
	if err != nil {
		return nil, nil, err
	}
	first, err = calls.Learn(func(operation string, nth int) (_ []calls.Seen, err error) {
		s, err := a.start(ctx, t.target, stub.Slow(operation, nth, late), t.env)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		h, err := s.handle(ctx, 1)
		return seen(h.calls), err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("the first event of %s: %w", t.name, err)
	}
	s, err := a.start(ctx, t.target, stub.None, t.env)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.handle(ctx, 1); err != nil {
		return nil, nil, err
	}
	next, err = calls.Learn(func(operation string, nth int) ([]calls.Seen, error) {
		s.aws.SetDelay(stub.Slow(operation, nth, late))
		h, err := s.handle(ctx, 1)
		return seen(h.calls), err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("a warm event of %s: %w", t.name, err)
	}
	return first, next, nil
}
