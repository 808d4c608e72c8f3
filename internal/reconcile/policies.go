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

// policies are the looks at boundary policies of a batch: one for each policy, however many
// principals require it.
type policies struct {
	mu sync.Mutex
	// looks are by policy; one that only reports is separate from one that repairs.
	looks map[lookKey]*pendingLook
	// causes are those of the policies that the batch has as targets.
	causes map[string][]target.Cause
}

// lookKey identifies a look: the policy, and whether the look only reports.
type lookKey struct {
	arn        string
	reportOnly bool
}

// pendingLook is a look that may still be running: done is closed when it has ended.
type pendingLook struct {
	done chan struct{}
	look look
	// logged is set once its decisions were returned for the log.
	logged bool
}

// look is the result of a look at a boundary policy: found is the decision on its state before,
// and decision that on its state after a repair.
type look struct {
	arn             string
	found, decision plan.Decision
	// unknown is set if the policy could not be read.
	unknown bool
	// live is the document in force, nil if it is the approved one or unknown.
	live   *policy.Document
	result Result
}

// missing reports whether the policy may exist later although it is not known to exist now.
func (l look) missing() bool { return l.unknown || l.decision.Drifted() && l.result.After > 0 }

// created reports whether the look created the policy. IAM answers a call that comes just
// before that as if the principal did not exist.
func (l look) created() bool { return l.found.Drift == finding.AbsentPolicy && !l.decision.Drifted() }

// setCauses notes the causes of the policies in the batch, for the first look at each.
func (p *policies) setCauses(merged []target.Work) {
	p.looks, p.causes = map[lookKey]*pendingLook{}, map[string][]target.Cause{}
	for _, w := range merged {
		if w.Target.Kind == target.Policy {
			p.causes[w.Target.ARN] = w.Causes
		}
	}
}

// look starts a look at a boundary policy, and returns a function that waits for its result.
// There is nothing to look at if the boundary has no approved document.
func (p *policies) look(ctx context.Context, b *batch, w target.Work, boundary config.Boundary) func() look {
	if boundary.Policy == nil {
		return func() look { return look{} }
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	at := lookKey{boundary.ARN, w.ReportOnly}
	c := p.looks[at]
	if c == nil {
		c = &pendingLook{done: make(chan struct{})}
		p.looks[at] = c
		causes := p.causes[boundary.ARN]
		if causes == nil && len(w.Causes) > 0 {
			causes = []target.Cause{{Kind: target.Required, Event: w.Causes[0].Event, Actor: w.Causes[0].Actor}}
		}
		on := target.Work{Target: target.OfPolicy(w.Target.Partition, w.Target.Account, boundary.ARN), Causes: causes, ReportOnly: w.ReportOnly}
		go func() {
			defer close(c.done)
			defer func() {
				if x := recover(); x != nil {
					c.look.unknown, c.look.result = true, retry(soon, fmt.Errorf("looking at policy %s: panic: %v\n%s", boundary.ARN, x, debug.Stack()))
				}
			}()
			c.look = b.lookAt(ctx, on, boundary)
		}()
	}
	return sync.OnceValue(func() look { <-c.done; return p.result(c, w) })
}

// wait waits for all looks.
func (p *policies) wait() {
	p.mu.Lock()
	cells := slices.Collect(maps.Values(p.looks))
	p.mu.Unlock()
	for _, c := range cells {
		<-c.done
	}
}

// result returns a look. Its decisions for the log are returned once: to the policy's own
// target, if the batch has it.
func (p *policies) result(c *pendingLook, w target.Work) look {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := c.look
	if _, own := p.causes[l.arn]; c.logged || own && w.Target.Kind != target.Policy || !l.found.Drifted() && w.Target.Kind != target.Policy {
		l.result = l.result.withoutDecisions()
	} else {
		c.logged = true
	}
	return l
}
