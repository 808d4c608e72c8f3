package reconcile

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// policies are the boundary policies of a batch: each is looked at once, also where many
// principals require it.
type policies struct {
	mu    sync.Mutex
	cells map[string]*cell
	// causes are those of the policies that the batch is about anyway.
	causes map[string][]target.Cause
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

// expect notes the work on policies, so that whoever comes first has its causes.
func (p *policies) expect(merged []target.Work) {
	p.cells, p.causes = map[string]*cell{}, map[string][]target.Cause{}
	for _, w := range merged {
		if w.Target.Kind == target.Policy {
			p.causes[w.Target.ARN] = w.Causes
		}
	}
}

// look begins to look at a boundary policy, and returns what waits for the outcome. A
// boundary without an approved document means what it says.
func (p *policies) look(ctx context.Context, b *batch, w target.Work, boundary fence.Boundary) func() look {
	if boundary.Policy == nil {
		return func() look { return look{} }
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.cells[boundary.ARN]
	if c == nil {
		c = &cell{done: make(chan struct{})}
		p.cells[boundary.ARN] = c
		on := target.Work{Target: target.OfPolicy(w.Target.Partition, w.Target.Account, boundary.ARN), Causes: p.causes[boundary.ARN]}
		if on.Causes == nil && len(w.Causes) > 0 {
			on.Causes = []target.Cause{{Why: target.Required, Event: w.Causes[0].Event, Actor: w.Causes[0].Actor}}
		}
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
	return func() look { <-c.done; return p.shown(c, w) }
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
		l.result.Seen = nil
	} else {
		c.shown = true
	}
	return l
}

// policy reconciles a managed policy, if it is one of the boundaries that the
// configuration names.
func (b *batch) policy(ctx context.Context, w target.Work) Result {
	boundary, ok := b.Config.BoundaryFor(w.Target.ARN)
	if !ok || boundary.Policy == nil {
		return Result{}
	}
	return b.policies.look(ctx, b, w, boundary)().result
}

// lookAt reconciles a boundary policy.
func (b *batch) lookAt(ctx context.Context, w target.Work, boundary fence.Boundary) look {
	d, state, err := b.decidePolicy(ctx, w, boundary)
	if err != nil {
		return look{unknown: true, result: failed(err)}
	}
	e := b.entry(w, ledger.TargetKey(w.Target), boundary.ARN, "", d)
	if e.Evidence, err = b.evidenceOnPolicy(ctx, w, boundary, state, d); err != nil {
		return look{unknown: true, result: failed(err)}
	}
	l := look{arn: boundary.ARN, found: d, decision: d, live: b.inForce(state)}
	var walk Result
	if remade(w, d) {
		// Before the policy is made: a walk too early finds it missing, and one that was
		// never asked for finds nobody.
		walk = b.walkOver(ctx, w, target.Over{Boundary: boundary.ARN})
	}
	if !d.Acts() {
		l.result = b.note(ctx, w, e).and(walk)
		return l
	}
	l.result = b.repair(ctx, w, e, state.DefaultVersion, nil)
	if n := len(l.result.Seen); n > 0 && l.result.Seen[n-1].Outcome == finding.Done {
		l.decision, l.live = plan.Decision{Drift: finding.None, Required: d.Required}, nil
	}
	l.result = l.result.and(walk)
	return l
}

// inForce is the document of a policy's default version, nil where it is not known.
func (b *batch) inForce(state principal.PolicyState) *policy.Document {
	live, ok := state.Default()
	if !ok {
		return nil
	}
	document, err := b.Documents.Parse(live.Document)
	if err != nil {
		return nil
	}
	return document
}

// remade reports whether a boundary policy is made again, or was: nobody can have carried
// it while it was away, so that all who must are looked at.
func remade(w target.Work, d plan.Decision) bool {
	if d.Drift == finding.AbsentPolicy && d.Acts() {
		return true
	}
	for _, c := range w.Causes {
		if c.Why == target.Event && (c.Deleted || c.Event.Name == "CreatePolicy") {
			return true
		}
	}
	return false
}

// decidePolicy decides on a boundary policy. Its other versions are read only where one
// of them may be what to go back to.
func (b *batch) decidePolicy(ctx context.Context, w target.Work, boundary fence.Boundary) (plan.Decision, principal.PolicyState, error) {
	state, err := b.Source.Policy(ctx, boundary.ARN)
	var d plan.Decision
	switch fault.ClassOf(err) {
	case fault.Gone:
		return plan.AbsentPolicy(boundary), state, nil
	case fault.Refused:
		d = plan.Policy(boundary, exposure.Meaning{Relation: compare.Unproven, Why: err.Error()})
	default:
		if err != nil {
			return d, state, err
		}
		live, _ := state.Default()
		m, _ := b.Documents.CompareText(live.Document, boundary.Policy, exposure.Home{Partition: w.Target.Partition, Account: w.Target.Account})
		if d = plan.Policy(boundary, m); d.Drifted() {
			d.Live = live.Document
		}
	}
	if !d.Writes() {
		return d, state, nil
	}
	versions, err := b.Source.Versions(ctx, boundary.ARN)
	switch {
	case err == nil:
		state = versions
	case fault.ClassOf(err) != fault.Refused:
		return d, state, err
	}
	state.ARN = boundary.ARN
	d.Actions = []plan.Action{plan.Restore(b.Documents, boundary, state)}
	return d, state, nil
}
