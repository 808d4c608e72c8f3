package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// judging is a part of Ringfence that returns a verdict on each principal of an account.
type judging struct {
	name string
	// says returns the verdict on each target by ARN, in words that differ if the verdicts do.
	says func(*testing.T, scene) map[string]string
	// of returns the expected verdict on a principal from the audit's.
	of func(*audit.Principal) string
	// policies is set if it also judges boundary policies.
	policies bool
}

var judges = []judging{
	{"enforce", enforced, whole, true},
	{"a replay", replayed, whole, true},
	{"the sweep", swept, drifted, true},
	{"the look", looked, whole, true},
	{"AWS Config by change", changed, compliance, false},
	{"AWS Config by period", periodic, compliance, false},
}

// whole is the full verdict: the severity, or why a principal is not outside.
func whole(p *audit.Principal) string {
	switch {
	case p.State != audit.Outside:
		return p.Reason
	case p.Attached == p.Required:
		return behind(p.Drift, p.Severity, p.Relation)
	}
	return drifted(p)
}

// drifted is the sweep's verdict: it passes on what is outside. If a principal has the required
// boundary, the policy is passed on instead.
func drifted(p *audit.Principal) string {
	if p.State != audit.Outside || p.Attached == p.Required {
		return ""
	}
	return verdictText(p.Drift, p.Severity, p.Relation, p.Action, p.Witness, p.Services, p.Undenied)
}

func verdictText(d finding.Drift, s finding.Severity, relation string, a finding.Action, w *finding.Witness, services finding.Strings, undenied *finding.Witness) string {
	return fmt.Sprintln(d, s, relation, a, w != nil, services, undenied != nil)
}

// behind is the verdict on a principal with a required policy that allows more than approved.
func behind(d finding.Drift, s finding.Severity, relation string) string {
	return fmt.Sprintln("its policy is", d, s, relation)
}

// ofPolicy is the verdict on a boundary policy.
func ofPolicy(b audit.Boundary) string {
	if b.Drift == finding.None {
		return ""
	}
	return fmt.Sprintln(b.Drift, b.Severity)
}

// verdicts are collected from findings.
type verdicts struct {
	findings map[string]*finding.Finding
	// reasons are the reasons of principals that are inside.
	reasons map[string]string
}

func newVerdicts() verdicts {
	return verdicts{map[string]*finding.Finding{}, map[string]string{}}
}

// add adds a finding, or the verdict that a target is inside.
func (v verdicts) add(f finding.Finding) {
	arn := f.Required
	if f.Principal != nil {
		arn = f.Principal.ARN
	}
	if f.Drift == finding.None {
		v.reasons[arn] = f.Reason
		return
	}
	v.findings[arn] = &f
}

// first adds a finding unless the target already has a verdict. A later one, such as a repair that
// waited for the records of a change, is not a verdict on the state.
func (v verdicts) first(f finding.Finding) {
	arn := f.Required
	if f.Principal != nil {
		arn = f.Principal.ARN
	}
	if _, inside := v.reasons[arn]; !inside && v.findings[arn] == nil {
		v.add(f)
	}
}

// of returns the verdicts on every target.
func (v verdicts) of(d *authdetails.Details, policies []string) map[string]string {
	said := map[string]string{}
	for _, p := range d.Principals {
		arn := p.ARN()
		policy := v.findings[p.Boundary]
		switch f := v.findings[arn]; {
		case f != nil:
			said[arn] = verdictText(f.Drift, f.Severity, f.Relation, f.Action, f.Witness, f.Services, f.Undenied)
		case policy != nil && opens(policy) && strings.HasPrefix(v.reasons[arn], "it carries the required boundary"):
			said[arn] = behind(policy.Drift, policy.Severity, policy.Relation)
		default:
			said[arn] = v.reasons[arn]
		}
	}
	for _, arn := range policies {
		if f := v.findings[arn]; f != nil {
			said[arn] = fmt.Sprintln(f.Drift, f.Severity)
		}
	}
	return said
}

// opens reports whether a boundary policy allows more than approved, or may do so.
func opens(f *finding.Finding) bool {
	return f.Relation != string(compare.Equal) && f.Relation != string(compare.Narrower) || f.Undenied != nil
}

// boundaries returns the ARNs of the account's boundary policies.
func (w *world) boundaries(d *authdetails.Details) (arns []string) {
	for _, b := range w.cfg.Boundaries(d.Partition, d.Account) {
		arns = append(arns, b.ARN)
	}
	return arns
}
