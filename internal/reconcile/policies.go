package reconcile

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/target"
)

// policies are the boundary policies of a batch: each is looked at once, also where many
// principals require it.
type policies struct {
	mu sync.Mutex
	// cells are the looks. One that only tells is another than one that repairs.
	cells map[sight]*cell
	// causes are those of the policies that the batch is about anyway.
	causes map[string][]target.Cause
}

// sight is what a look is at, and whether it only tells.
type sight struct {
	arn  string
	told bool
}

// cell is one policy: done is closed when the look is over.
type cell struct {
	done chan struct{}
	look look
	// shown is set once somebody has the decisions for the log.
	shown bool
}

// look is what a look at a boundary policy came to: found is the decision on it as it was,
// and decision that on it as it was left.
type look struct {
	arn             string
	found, decision plan.Decision
	// unknown is set where the policy could not be read.
	unknown bool
	// live is the document that is in force, nil where it is the approved one, or unknown.
	live   *policy.Document
	result Result
}

// missing reports whether the policy may be there later: nobody knows that it is there now.
func (l look) missing() bool { return l.unknown || l.decision.Drifted() && l.result.After > 0 }

// made reports whether the look made the policy. IAM's answer to who came just before that
// is the one that it gives where the principal does not exist.
func (l look) made() bool { return l.found.Drift == finding.AbsentPolicy && !l.decision.Drifted() }

// expect notes the work on policies, so that the first to ask has its causes.
func (p *policies) expect(merged []target.Work) {
	p.cells, p.causes = map[sight]*cell{}, map[string][]target.Cause{}
	for _, w := range merged {
		if w.Target.Kind == target.Policy {
			p.causes[w.Target.ARN] = w.Causes
		}
	}
}

// look begins to look at a boundary policy, and returns what waits for the outcome. A
// boundary without an approved document means what it says.
func (p *policies) look(ctx context.Context, b *batch, w target.Work, boundary config.Boundary) func() look {
	if boundary.Policy == nil {
		return func() look { return look{} }
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := sight{boundary.ARN, w.Told}
	c := p.cells[at]
	if c == nil {
		c = &cell{done: make(chan struct{})}
		p.cells[at] = c
		causes := p.causes[boundary.ARN]
		if causes == nil && len(w.Causes) > 0 {
			causes = []target.Cause{{Why: target.Required, Event: w.Causes[0].Event, Actor: w.Causes[0].Actor}}
		}
		on := target.Work{Target: target.OfPolicy(w.Target.Partition, w.Target.Account, boundary.ARN), Causes: causes, Told: w.Told}
		go func() {
			defer close(c.done)
			defer func() {
				if x := recover(); x != nil {
					c.look.unknown, c.look.result = true, again(soon, fmt.Errorf("looking at policy %s: panic: %v\n%s", boundary.ARN, x, debug.Stack()))
				}
			}()
			c.look = b.lookAt(ctx, on, boundary)
		}()
	}
	return sync.OnceValue(func() look { <-c.done; return p.shown(c, w) })
}

// wait waits for the looks that nobody has waited for.
func (p *policies) wait() {
	p.mu.Lock()
	cells := slices.Collect(maps.Values(p.cells))
	p.mu.Unlock()
	for _, c := range cells {
		<-c.done
	}
}

// shown gives a look, and its decisions for the log only once: to the policy's own work
// where there is any.
func (p *policies) shown(c *cell, w target.Work) look {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := c.look
	if _, own := p.causes[l.arn]; c.shown || own && w.Target.Kind != target.Policy || !l.found.Drifted() && w.Target.Kind != target.Policy {
		l.result = l.result.unseen()
	} else {
		c.shown = true
	}
	return l
}
