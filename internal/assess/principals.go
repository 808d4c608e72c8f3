package assess

import (
	"context"

	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// Principals judges users and roles that were read a moment ago, each together with the
// policy that it must carry: who carries it is outside where it lets more through than was
// approved, and the finding is the one on the policy. Without told no verdict has a finding,
// and nothing is read that only a finding needs.
func (a *Assessor) Principals(ctx context.Context, all []principal.Snapshot, told bool) []Verdict {
	targets := make([]target.Target, len(all))
	for i, s := range all {
		targets[i] = target.OfSnapshot(s)
	}
	at := map[target.Target]int{} // where the verdict on a policy is
	for _, s := range all {
		for _, b := range a.Config.Boundaries(s.Partition, s.Account) {
			t := target.OfPolicy(s.Partition, s.Account, b.ARN)
			if _, known := at[t]; !known && b.Policy != nil {
				at[t] = len(targets)
				targets = append(targets, t)
			}
		}
	}
	judge := a.Decide
	if told {
		judge = a.Assess
	}
	verdicts := judge(ctx, targets)
	for i, s := range all {
		if n, ok := at[target.OfPolicy(s.Partition, s.Account, s.Boundary)]; ok {
			verdicts[i] = verdicts[i].Behind(verdicts[n])
		}
	}
	return verdicts[:len(all)]
}

// Behind is the verdict on a principal with the one on the boundary policy that it carries: who
// carries a required policy that lets more through than was approved is outside, and the
// finding is the one on the policy. A policy that could not be judged leaves the principal unjudged.
func (v Verdict) Behind(carried Verdict) Verdict {
	switch {
	case v.Err != nil || v.Decision.Basis != plan.CarriesRequired:
		return v
	case carried.Err != nil:
		return Verdict{Target: v.Target, Err: carried.Err}
	}
	v.Decision = v.Decision.WithPolicy(carried.Decision)
	if v.Decision.PolicyOpen != "" {
		v.Finding = carried.Finding
	}
	return v
}
