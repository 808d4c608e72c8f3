// Package assess says what Ringfence would find and do, and does nothing. It is the core
// itself, package reconcile and package report, on a ledger that is thrown away: there is no
// second verdict for the audit, the sweep and AWS Config.
package assess

import (
	"context"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/report"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
)

// Source reads what a verdict rests on.
type Source interface {
	reconcile.Source
	report.Source
}

// Assessor is the wiring. All fields but Control are required.
type Assessor struct {
	Config    *config.Config
	Documents *exposure.Documents
	Source    Source
	// Control is what Ringfence itself consists of.
	Control tamper.Parts
	Now     func() time.Time
	// AtOnce is how many targets are looked at at a time.
	AtOnce int
}

// Verdict is what was found of one target.
type Verdict struct {
	Target target.Target
	// Decision is what was decided, with the actions that enforcement would take. It is the
	// zero value where there is an error.
	Decision plan.Decision
	// Finding is what would be told at first; nil where the target is inside.
	Finding *finding.Finding
	// Err is why the target could not be judged. What was not judged is not compliant.
	Err error
}

// Assess judges targets, and returns a verdict for each in their order. Of a boundary policy
// that no rule requires, and of a principal that does not exist, the decision has no basis.
func (a *Assessor) Assess(ctx context.Context, targets []target.Target) []Verdict {
	m := newMemory()
	verdicts, keys := a.judge(ctx, m, targets)
	findings := a.findings(ctx, m)
	for i, key := range keys {
		verdicts[i].Finding = findings[key]
	}
	return verdicts
}

// Judge is Assess without the findings, which cost the reading of what principals may do.
func (a *Assessor) Judge(ctx context.Context, targets []target.Target) []Verdict {
	verdicts, _ := a.judge(ctx, newMemory(), targets)
	return verdicts
}

// judge gives the verdicts, and the key of what the memory has on each.
func (a *Assessor) judge(ctx context.Context, m *memory, targets []target.Target) (verdicts []Verdict, keys []string) {
	r := &reconcile.Reconciler{
		Config: a.Config.Limit(config.Alert), Documents: a.Documents, Source: a.Source, Remedy: m, Ledger: m, Outbox: m,
		Control: a.Control, Now: a.Now, Concurrency: a.AtOnce,
	}
	work := make([]target.Work, len(targets))
	for i, t := range targets {
		work[i] = target.Work{Target: t, Causes: []target.Cause{{Kind: target.Swept}}}
	}
	results := r.Batch(ctx, work)
	verdicts, keys = make([]Verdict, len(targets)), make([]string, len(targets))
	for i, t := range targets {
		v := Verdict{Target: t}
		result, ok := results[t.Identity()]
		switch v.Err = result.Err; {
		case !ok:
			v.Err = context.Cause(ctx)
		case v.Err == nil && result.After > 0:
			v.Err = errUnsettled
		}
		for _, seen := range result.Decisions {
			if about(t, seen) {
				v.Decision, keys[i] = seen.Decision, seen.Key
			}
		}
		verdicts[i] = v
	}
	return verdicts, keys
}

// about reports whether a decision is on a target itself, and not on the policy that it requires.
func about(t target.Target, s reconcile.TargetDecision) bool {
	if t.Kind == target.Principal {
		return s.Principal != ""
	}
	return s.Principal == "" && s.Target == t.ARN
}

// findings tells what the ledger owes, and gathers it by key. The mode that a finding names
// is that of its rule.
func (a *Assessor) findings(ctx context.Context, m *memory) map[string]*finding.Finding {
	r := &report.Reporter{
		Config: a.Config, Documents: a.Documents, Source: a.Source, Ledger: m, Sinks: m, Queue: m, Now: a.Now,
	}
	all := map[string]*finding.Finding{}
	for _, key := range m.owed {
		for _, f := range r.Tell(ctx, key).Findings {
			if rule, ok := a.Config.Rule(f.Rule); ok {
				f.Mode = string(rule.Mode)
			}
			all[key] = &f
		}
	}
	return all
}
