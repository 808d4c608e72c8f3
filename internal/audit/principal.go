package audit

import (
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/prose"
)

// principal returns the report on one principal.
func (o *accountAudit) principal(p *authdetails.Principal, v assess.Verdict) Principal {
	d := v.Decision
	out := Principal{
		ARN: p.ARN(), Account: p.Account, Kind: string(p.Kind), Path: p.Path, Name: p.Name, ID: p.ID, Created: p.Created,
		State: v.State(), Rule: d.Rule, Required: d.Required, Attached: p.Boundary,
		Drift: finding.None, Severity: finding.Info, Services: finding.Strings{}, Action: finding.NoAction,
		Policies: finding.Strings{}, Cut: []Cut{}, Reaches: finding.Strings{}, ReachesIf: []Reach{},
		source: p,
	}
	if use, ok := o.Calls[out.ARN]; ok && use.Calls > 0 {
		out.Calls = use
	}
	if rule, ok := o.Config.Rule(d.Rule); ok {
		out.Mode = string(rule.Mode)
	}
	switch {
	case v.Err != nil:
		out.Reason = "it could not be assessed: " + v.Err.Error()
	case v.Finding != nil:
		out.outside(v)
	default:
		out.Reason = prose.Decision(d)
		o.checkRequired(&out, p, v)
	}
	policies, err := o.details.IdentityPolicies(p)
	if err != nil {
		out.Unknown = err.Error()
	}
	for _, i := range policies {
		out.Policies = append(out.Policies, i.String())
	}
	if p.Boundary != "" && out.State != ServiceLinked {
		if err != nil {
			out.CutUnknown, out.ReachUnknown = err.Error(), err.Error()
		} else {
			o.cut(&out, p, policies)
			if out.class, err = o.class(p, policies); err != nil {
				out.ReachUnknown = err.Error()
			}
		}
	}
	return out
}

func (p *Principal) outside(v assess.Verdict) {
	f, d := v.Finding, v.Decision
	p.Drift, p.Severity, p.Relation, p.Denials = f.Drift, f.Severity, f.Relation, f.Denials
	p.Escape, p.Witness, p.Services = f.Escape, f.Witness, append(finding.Strings{}, f.Services...)
	p.Undenied, p.AlsoDenied = f.Undenied, f.AlsoDenied
	p.GivesUp, p.Since, p.Reason, p.Action = f.GivesUp, f.Exposure.From, f.Reason, f.Action
	for _, a := range d.Actions {
		p.Repair = a.Command()
	}
}

// cut finds what the boundary of a principal does not allow of its identity policies.
func (o *accountAudit) cut(out *Principal, p *authdetails.Principal, policies []principal.IdentityPolicy) {
	text, err := o.details.Document(p.Boundary)
	if err != nil {
		out.CutUnknown = err.Error()
		return
	}
	boundary, err := o.documents.Parse(text)
	if err != nil {
		out.CutUnknown = p.Boundary + " cannot be read: " + err.Error()
		return
	}
	c := o.documents.Cut(p.Snapshot, policies, boundary)
	if !c.Known {
		out.CutUnknown = c.Why
	}
	for _, service := range c.Services {
		x := Cut{Service: service, LastUsed: o.Usage.last(p.ARN(), service)}
		for _, w := range c.Witnesses {
			if serviceOf(w.Action) == service {
				x.Example = w
			}
		}
		out.Cut = append(out.Cut, x)
	}
	slices.SortStableFunc(out.Cut, func(a, b Cut) int { return lastUsed(b).Compare(lastUsed(a)) })
}

// lastUsed is when a service that is cut was last used, or the zero time.
func lastUsed(c Cut) time.Time {
	if c.LastUsed == nil {
		return time.Time{}
	}
	return *c.LastUsed
}
