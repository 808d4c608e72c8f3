package check

import (
	"context"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
	"github.com/ringfence/ringfence/internal/target"
)

// text returns the ARN of a policy, which is perhaps not completely known.
func (a *account) text(p *iac.Policy) principal.Text {
	return principal.Known("arn:" + a.home.partition + ":iam::" + a.home.account + ":policy").Then(p.Path.Text).Then(p.Name.Text)
}

func (a *account) arn(p *iac.Policy) (string, bool) { return a.text(p).Value() }

// policy reports on a policy that a rule requires as a boundary.
func (r *run) policy(ctx context.Context, a *account, p *iac.Policy) {
	out := Policy{
		Place: Place{File: p.File, Line: p.Line, Address: p.Address, Change: p.Change},
		ARN:   shown(a.text(p).Fill("*")), Drift: finding.None, Severity: finding.Info,
	}
	if a.home.known {
		out.Account = a.home.account
	}
	arn, known := a.arn(p)
	if !known {
		for _, b := range a.config.Boundaries(a.home.partition, a.home.account) {
			if a.text(p).MayBe(b.ARN) {
				out.State, out.Reason = unknown, "it may become "+shown(b.ARN)+", which rules require: "+why(p.Path, p.Name)
				r.addPolicy(out, p)
				return
			}
		}
		return
	}
	b, required := a.config.BoundaryFor(arn)
	if !required {
		return
	}
	if p.Change == iac.Delete && a.policies[strings.ToLower(arn)] != p {
		return // another resource creates the policy again
	}
	v := r.assessor(a.config, &view{account: a}).Assess(ctx, []target.Target{target.OfPolicy(a.home.partition, a.home.account, b.ARN)})[0]
	out.Relation = string(v.Decision.Meaning.Relation)
	switch {
	case v.Err != nil:
		out.State, out.Reason = unknown, v.Err.Error()
	case v.Finding != nil:
		out.State, out.Drift, out.Severity = off, v.Finding.Drift, v.Finding.Severity
		out.Witness, out.Reason = shownIn(v.Finding.Witness), v.Finding.Reason
	case b.Policy == nil:
		out.State, out.Reason = unapproved, "the configuration has no approved document to compare it with"
	default:
		out.State, out.Reason = approved, prose.Decision(v.Decision)
	}
	if out.State == unapproved && p.Change == iac.Update {
		out.State, out.Reason = unknown, "it changes, and the configuration has no approved document to compare it with: give the boundary a document"
	}
	if _, here := r.Config.BoundaryFor(arn); out.State == off && !here {
		out.State, out.Drift, out.Severity = unknown, finding.None, finding.Info
		out.Reason = "whether a rule requires it depends on the account, which is not known (give --account or --state): " + out.Reason
	}
	out.Reason = shown(out.Reason)
	r.addPolicy(out, p)
}

// why returns the first reason why a value is not known.
func why(values ...iac.Value) string {
	for _, v := range values {
		if _, ok := v.Value(); !ok {
			return v.Why
		}
	}
	return ""
}
