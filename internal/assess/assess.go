// Package assess computes what Ringfence would find and do, and does nothing. It runs the core
// itself, packages reconcile and report, on a temporary ledger: audit, sweep and AWS Config
// have no logic of their own.
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

// Source reads what decisions are made from.
type Source interface {
	reconcile.Source
	report.Source
}

// Assessor assesses targets. All fields but Accounts and Control are required.
type Assessor struct {
	Config    *config.Config
	Documents *exposure.Documents
	Source    Source
	// Accounts says what AWS Organizations says of accounts; nil if Config knows it already, or needs none of it.
	Accounts reconcile.Accounts
	// Control describes the parts of Ringfence itself.
	Control tamper.Parts
	Now     func() time.Time
	// Concurrency is how many targets are assessed at a time.
	Concurrency int
}

// Verdict is the result for one target.
type Verdict struct {
	Target target.Target
	// Decision is the decision, with the actions that enforcement would take. It is zero if
	// there is an error.
	Decision plan.Decision
	// Finding is the finding that would be published first; nil if the target is inside.
	Finding *finding.Finding
	// Err is why the target could not be assessed. Such a target does not count as compliant.
	Err error
}

// Assess assesses targets, and returns a verdict for each, in their order. For a boundary
// policy that no rule requires, and a principal that does not exist, the decision has no basis.
func (a *Assessor) Assess(ctx context.Context, targets []target.Target) []Verdict {
	m := newMemory()
	verdicts, keys := a.decide(ctx, m, targets)
	findings := a.findings(ctx, m)
	for i, key := range keys {
		verdicts[i].Finding = findings[key]
	}
	return verdicts
}

// Decide is Assess without the findings, which need the policies of the principals.
func (a *Assessor) Decide(ctx context.Context, targets []target.Target) []Verdict {
	verdicts, _ := a.decide(ctx, newMemory(), targets)
	return verdicts
}

// decide returns the verdicts, and the key of each in the memory.
func (a *Assessor) decide(ctx context.Context, m *memory, targets []target.Target) (verdicts []Verdict, keys []string) {
	r := &reconcile.Reconciler{
		Config: a.Config.Limit(config.Alert), Documents: a.Documents, Source: a.Source, Remedy: m, Ledger: m, Outbox: m,
		Accounts: a.Accounts, Control: a.Control, Now: a.Now, Concurrency: a.Concurrency,
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

// In returns the assessor for one account, whose configuration knows what AWS Organizations says of it. The error says
// why that is not known, although rules depend on it.
func (a *Assessor) In(ctx context.Context, account string) (*Assessor, error) {
	if a.Accounts == nil || a.Config.Known(account) == nil {
		return a, nil
	}
	facts, err := a.Accounts.Account(ctx, account)
	if err != nil {
		return nil, err
	}
	in := *a
	in.Config = a.Config.Knowing(facts)
	return &in, nil
}

// about reports whether a decision is about a target itself, not about the policy that it
// requires.
func about(t target.Target, s reconcile.TargetDecision) bool {
	if t.Kind == target.Principal {
		return s.Principal != ""
	}
	return s.Principal == "" && s.Target == t.ARN
}

// findings returns the unreported findings by key. The mode in a finding is that of its rule.
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
