package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/verdict"
)

// principal looks at one user or role as it is now, and repairs it where it has
// drifted. One that does not exist any more concerns nobody.
func (r *run) principal(ctx context.Context, ref principal.Ref) {
	snapshot, err := r.find(ctx, ref)
	if fault.ClassOf(err) == fault.Gone {
		return
	}
	if err != nil {
		r.failed(err)
		return
	}
	r.judge(ctx, snapshot)
}

// judge gives the verdict on a principal that was read, and settles it.
func (r *run) judge(ctx context.Context, s principal.Snapshot) {
	q := &inquiry{subject: s.ARN(), snapshot: s, requirement: r.require(s), was: s.Boundary}
	meaning, err := r.meaning(ctx, q)
	if err != nil {
		r.failed(err)
		return
	}
	q.verdict = verdict.Decide(q.requirement, s, meaning)
	r.moved(q)
	if err := r.guard(ctx, q); err != nil {
		r.failed(err)
		return
	}
	r.settle(ctx, q)
	if errors.Is(q.failure, verdict.ErrNoBoundary) {
		r.createBoundary(ctx, q)
	}
}

// require is what the configuration asks of a principal. Of a role that Ringfence runs as
// it asks nothing, as long as the role carries the boundary that was made for it: that one
// lets it put no other on itself. (Without it, the role is looked at as any other.)
func (r *run) require(s principal.Snapshot) fence.Requirement {
	if r.Control.Has(s.ARN()) && r.Control.Has(s.Boundary) {
		return fence.Requirement{}
	}
	return r.Fence.Require(s, r.now)
}

// tries is how often a principal that IAM does not know yet is asked for again within
// one invocation, with a pause that doubles; after that the queue tries again.
const tries = 3

const firstPause = 500 * time.Millisecond

// find reads a principal. While the event is young, that IAM does not know it may only
// mean that IAM does not know it yet. (At a second look it was known before.)
func (r *run) find(ctx context.Context, ref principal.Ref) (principal.Snapshot, error) {
	snapshot, err := r.Directory.Principal(ctx, ref)
	age := r.now.Sub(r.change.Time)
	if fault.ClassOf(err) != fault.Gone || age >= r.Propagation || r.change.SecondLook() {
		return snapshot, err
	}
	pause := firstPause
	for range tries {
		if stopped := r.Pause(ctx, pause); stopped != nil {
			break
		}
		if snapshot, err = r.Directory.Principal(ctx, ref); fault.ClassOf(err) != fault.Gone {
			return snapshot, err
		}
		pause *= 2
	}
	return snapshot, &fault.Error{
		Class: fault.Retryable, Code: fault.CodeOf(err),
		Err: fmt.Errorf("%s is %s old, and IAM may not know %s yet: %w", r.change.Name, age, ref, err),
	}
}
