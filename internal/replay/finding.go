package replay

import (
	"slices"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Finding is what Ringfence would have told, with what a replay had to assume for it. The
// deployed function reads everything, and assumes nothing.
type Finding struct {
	finding.Finding
	// Assumed says what no record and no state tells, and the finding rests on; empty where
	// it rests on nothing such. An assumed finding is never critical.
	Assumed finding.Strings `json:"assumed"`
}

// Unproven reports whether what is in force could not be compared with what is required, as
// where nobody knows one of the documents.
func (f Finding) Unproven() bool {
	return f.Drift != finding.None && f.Relation == string(compare.Unproven)
}

// marks remembers the findings that rest on an assumption, and those that are not proven, by
// their ids; and the ARNs of those who were found inside by an assumption, where no finding
// tells of them.
type marks struct {
	all, unproven, inside, outside map[string]bool
	assumed                        map[string]finding.Strings
}

func newMarks() marks {
	return marks{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]finding.Strings{}}
}

// within marks the verdict on a target that is inside.
func (m marks) within(c *cloud, f finding.Finding) Finding {
	marked := Finding{Finding: f}
	if f.Principal != nil {
		if marked.Assumed = c.assumptions(f.Principal.ARN, false); len(marked.Assumed) > 0 && !m.outside[f.Principal.ARN] {
			m.inside[f.Principal.ARN] = true
		}
	}
	return marked
}

// mark adds to findings what they rest on. Each revision counts in the place of the one
// before, but for the end of a finding: that does not make true what it began with.
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

// presupposes says what a finding rests on that no record and no state tells of its principal.
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

// assumptions are those that were made of a principal: on its boundary, where that matters, and
// on its path and tags, where rules go by them.
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

// byPlace reports whether any rule goes by paths or tags.
func (w *world) byPlace() bool {
	return slices.ContainsFunc(w.cfg.Rules(), func(r config.Rule) bool { return len(r.Match.Paths)+len(r.Match.Tags) > 0 })
}
