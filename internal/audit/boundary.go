package audit

import (
	"context"
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/prose"
	"github.com/ringfence/ringfence/internal/target"
)

// The states of a boundary.
const (
	approved   = "approved"
	off        = "off"
	unapproved = "unapproved"
	other      = "other"
	unknown    = "unknown"
)

// required is a boundary policy that a rule requires, with its verdict.
type required struct {
	config.Boundary
	verdict assess.Verdict
	// live is the document in force, nil if not known.
	live *policy.Document
}

// policies assesses the boundary policies that rules require.
func (o *accountAudit) policies(ctx context.Context) {
	o.required = map[string]*required{}
	for _, b := range o.Config.Boundaries(o.details.Partition, o.details.Account) {
		r := &required{Boundary: b}
		text, err := o.details.Document(b.ARN)
		if err == nil {
			r.live, _ = o.documents.Parse(text)
		} else if !o.details.Whole() {
			r.verdict.Err = err // a partial state does not have it: it may be as approved
			o.required[b.ARN] = r
			continue
		}
		r.verdict = o.assessor.Assess(ctx, []target.Target{target.OfPolicy(o.details.Partition, o.details.Account, b.ARN)})[0]
		o.required[b.ARN] = r
	}
}

// checkRequired updates the report on a principal that carries its required boundary, if that
// policy is not as approved, or not known.
func (o *accountAudit) checkRequired(out *Principal, p *authdetails.Principal, v assess.Verdict) {
	r := o.required[p.Boundary]
	if r == nil || r.Policy == nil {
		return
	}
	v = v.WithPolicy(r.verdict)
	switch {
	case v.Err != nil:
		out.State, out.Reason = Unknown, "it carries the required boundary, but whether that policy is as approved is not known: "+v.Err.Error()
		return
	case v.Decision.PolicyOpen == "":
		return
	}
	f := r.verdict.Finding
	out.State, out.Drift, out.Severity, out.Relation = Outside, f.Drift, f.Severity, f.Relation
	out.Reason = "it carries the required boundary, but that policy is not as approved: " + f.Reason
	if identity, err := o.details.IdentityPolicies(p); err == nil && r.Policy != nil {
		e := o.documents.Assess(p.Snapshot, identity, r.live, r.Policy, r.verdict.Decision.Meaning)
		out.Escape, out.Witness, out.Services = e.Witness != nil, e.Witness, append(finding.Strings{}, e.Services...)
	}
}

// boundaries reports on every managed policy that is required as a boundary, or carried as one.
func (o *accountAudit) boundaries(principals []Principal) {
	carriers, must := map[string]int{}, map[string]int{}
	rules := map[string]map[string]bool{}
	for i := range principals {
		p := &principals[i]
		if p.Attached != "" {
			carriers[p.Attached]++
		}
		if p.Required != "" {
			must[p.Required]++
			if rules[p.Required] == nil {
				rules[p.Required] = map[string]bool{}
			}
			rules[p.Required][p.Rule] = true
		}
	}
	arns := slices.Collect(maps.Keys(o.required))
	for arn := range carriers {
		if o.required[arn] == nil {
			arns = append(arns, arn)
		}
	}
	for _, arn := range arns {
		b := Boundary{
			ARN: arn, Account: o.details.Account, Carriers: carriers[arn], Required: must[arn],
			Rules: slices.Sorted(maps.Keys(rules[arn])), State: other, Drift: finding.None, Severity: finding.Info,
			Diff: finding.Strings{}, Cuts: finding.Strings{},
		}
		if text, err := o.details.Document(arn); err == nil {
			b.Live = string(text)
		} else {
			b.State, b.Reason = unknown, err.Error()
		}
		if r := o.required[arn]; r != nil {
			b.setVerdict(r)
			b.setDenials(o.denials(r))
			if b.State == off {
				b.Cuts = o.cuts(r)
			}
		}
		o.report.Boundaries = append(o.report.Boundaries, b)
	}
}

// setVerdict fills in the verdict on a boundary that a rule requires.
func (b *Boundary) setVerdict(r *required) {
	v, m := r.verdict, r.verdict.Decision.Meaning
	b.Name, b.Approved = r.Name, string(r.Document)
	b.Relation = string(m.Relation)
	switch {
	case v.Err != nil:
		b.State, b.Reason = unknown, "it could not be assessed: "+v.Err.Error()
	case v.Finding != nil:
		f := v.Finding
		b.State, b.Drift, b.Severity, b.Reason = off, f.Drift, f.Severity, f.Reason
		b.Witness, b.Diff = f.Witness, append(b.Diff, f.Diff...)
	case r.Policy == nil:
		b.State, b.Reason = unapproved, "it has no approved document: its current document counts as approved"
	default:
		b.State, b.Reason = approved, prose.Decision(v.Decision)
	}
}

// denials compares what the document in force denies explicitly with what the approved one does.
func (o *accountAudit) denials(r *required) exposure.Denials {
	if r.Policy == nil || r.live == nil || r.verdict.Err != nil {
		return exposure.Denials{}
	}
	return o.documents.Denials(r.live, r.Policy, exposure.AccountScope{Partition: o.details.Partition, Account: o.details.Account})
}

func (b *Boundary) setDenials(d exposure.Denials) {
	b.Denials, b.Undenied, b.AlsoDenied = string(d.Relation), d.Missing, d.Extra
}

// cuts returns the principals that carry a boundary and would lose permissions if the approved
// document were in force.
func (o *accountAudit) cuts(r *required) finding.Strings {
	all := finding.Strings{}
	if r.Policy == nil || r.live == nil {
		return all
	}
	var carry []*authdetails.Principal
	for i := range o.details.Principals {
		if p := &o.details.Principals[i]; p.Boundary == r.ARN {
			carry = append(carry, p)
		}
	}
	loses := make([]bool, len(carry))
	Each(len(carry), func(i int) {
		identity, err := o.details.IdentityPolicies(carry[i])
		e := o.documents.Assess(carry[i].Snapshot, identity, r.live, r.Policy, exposure.Meaning{})
		loses[i] = err != nil || !e.Known || e.Witness != nil
	})
	for i, p := range carry {
		if loses[i] {
			all = append(all, p.ARN())
		}
	}
	return all
}
