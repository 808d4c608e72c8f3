package replay

import (
	"slices"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Finding is a finding that Ringfence would have reported, with the assumptions of the replay. The deployed function
// reads everything and assumes nothing.
type Finding struct {
	finding.Finding
	// Assumed is what the finding depends on and no record or state shows; empty if there is nothing such. An
	// assumed finding is never critical.
	Assumed finding.Strings `json:"assumed"`
}

// Unproven reports whether the current boundary could not be compared with the required one, for example because a
// document is unknown.
func (f Finding) Unproven() bool {
	return f.Drift != finding.None && f.Relation == string(compare.Unproven)
}

// marks has the ids of the findings that depend on an assumption and of the unproven ones, and the ARNs of principals
// that are inside by an assumption and have no finding.
type marks struct {
	all, unproven, inside, outside map[string]bool
	assumed                        map[string]finding.Strings
}

func newMarks() marks {
	return marks{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]finding.Strings{}}
}

// within records the verdict on a target that is inside.
func (m marks) within(c *cloud, f finding.Finding) Finding {
	marked := Finding{Finding: f}
	if f.Principal != nil {
		if marked.Assumed = c.assumptions(f.Principal.ARN, false); len(marked.Assumed) > 0 && !m.outside[f.Principal.ARN] {
			m.inside[f.Principal.ARN] = true
		}
	}
	return marked
}

// mark adds to findings what they depend on. Each revision replaces the one before, except the last revision of a
// resolved finding: resolving does not confirm what it began with.
func (m marks) mark(c *cloud, told []finding.Finding) []Finding {
	out := make([]Finding, 0, len(told))
	for _, f := range told {
		marked := Finding{Finding: f, Assumed: c.presupposes(f)}
		if len(marked.Assumed) == 0 && f.Status == finding.Resolved {
			marked.Assumed = m.assumed[f.ID]
		}
		if len(marked.Assumed) > 0 && f.Severity == finding.Critical {
			marked.Severity = finding.High
		}
		m.all[f.ID] = true
		if f.Principal != nil {
			m.outside[f.Principal.ARN] = true
			delete(m.inside, f.Principal.ARN)
		}
		delete(m.assumed, f.ID)
		delete(m.unproven, f.ID)
		if len(marked.Assumed) > 0 {
			m.assumed[f.ID] = marked.Assumed
		}
		if marked.Unproven() {
			m.unproven[f.ID] = true
		}
		out = append(out, marked)
	}
	return out
}

// presupposes returns what a finding depends on and no record or state shows of its principal.
func (c *cloud) presupposes(f finding.Finding) finding.Strings {
	switch f.Drift {
	case finding.Missing, finding.Replaced, finding.Protected, finding.ExemptionExpired, finding.Moved:
	default:
		return nil // it is about a call, or about a policy
	}
	if f.Principal == nil {
		return nil
	}
	return c.assumptions(f.Principal.ARN, true)
}

// assumptions returns the assumptions about a principal: its boundary, if it matters, and its path and tags, if rules
// match them.
func (c *cloud) assumptions(arn string, boundary bool) (all finding.Strings) {
	ref, err := principal.Parse(arn)
	log := c.accounts[ref.Account]
	if err != nil || log == nil {
		return nil
	}
	bound, place := log.Presupposed(iam.Kind(ref.Kind), ref.Name)
	if bound && boundary {
		all = append(all, "that "+arn+" carried no boundary until the log tells of one: a state from before the log would say")
	}
	if place && c.byPlace() {
		all = append(all, "that "+arn+" is in this path and has no tags, which rules go by: a state would say")
	}
	return all
}

// byPlace reports whether any rule matches paths or tags.
func (w *world) byPlace() bool {
	return slices.ContainsFunc(w.cfg.Rules(), func(r config.Rule) bool { return len(r.Match.Paths)+len(r.Match.Tags) > 0 })
}
