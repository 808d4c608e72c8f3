package assess

import (
	"context"

	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
)

// Principals assesses users and roles that were just read, together with the policies that they
// must carry. If such a policy allows more than approved, every principal that carries it is
// outside, with the finding about the policy. Without findings, nothing is read that only a
// finding needs.
func (a *Assessor) Principals(ctx context.Context, all []principal.Snapshot, findings bool) []Verdict {
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
	assess := a.Decide
	if findings {
		assess = a.Assess
	}
	verdicts := assess(ctx, targets)
	for i, s := range all {
		if n, ok := at[target.OfPolicy(s.Partition, s.Account, s.Boundary)]; ok {
			verdicts[i] = verdicts[i].WithPolicy(verdicts[n])
		}
	}
	return verdicts[:len(all)]
}

// WithPolicy returns the verdict on a principal with the one on the boundary policy that it carries:
// if a required policy allows more than approved, the principal is outside, and the finding is the
// one about the policy. If the policy could not be assessed, neither could the principal.
func (v Verdict) WithPolicy(carried Verdict) Verdict {
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
