package replay

import (
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
// their ids.
type marks struct{ all, assumed, unproven map[string]bool }

func newMarks() marks {
	return marks{map[string]bool{}, map[string]bool{}, map[string]bool{}}
}

// mark adds to findings what they rest on. Each revision counts in the place of the one
// before, but for the end of a finding: that does not make true what it began with.
func (m marks) mark(c *cloud, told []finding.Finding) []Finding {
	out := make([]Finding, 0, len(told))
	for _, f := range told {
		marked := Finding{Finding: f}
		if f.Drift == finding.None {
			out = append(out, marked)
			continue
		}
		ended := f.Status == finding.Resolved
		if rests := c.presupposes(f); rests || ended && m.assumed[f.ID] {
			marked.Assumed = finding.Strings{"that " + f.Principal.ARN + " carried no boundary until the log tells of one: a state from before the log would say"}
			if f.Severity == finding.Critical {
				marked.Severity = finding.High
			}
		}
		m.all[f.ID] = true
		set(m.assumed, f.ID, len(marked.Assumed) > 0)
		set(m.unproven, f.ID, marked.Unproven())
		out = append(out, marked)
	}
	return out
}

func set(in map[string]bool, id string, is bool) {
	if delete(in, id); is {
		in[id] = true
	}
}

// presupposes reports whether a finding is about the boundary of a principal that no record
// and no state tells.
func (c *cloud) presupposes(f finding.Finding) bool {
	switch f.Drift {
	case finding.Missing, finding.Replaced, finding.Protected, finding.ExemptionExpired, finding.Moved:
	default:
		return false // it is about a call, or about a policy
	}
	if f.Principal == nil {
		return false
	}
	ref, err := principal.Parse(f.Principal.ARN)
	log := c.accounts[ref.Account]
	return err == nil && log != nil && log.Presupposed(iam.Kind(ref.Kind), ref.Name)
}
