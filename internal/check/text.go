package check

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Headline summarizes the report in one sentence.
func (r *Report) Headline() string {
	s := &r.Summary
	parts := []string{count.Of(s.Principals, "principal", "principals") + " would be created or changed"}
	if s.Principals == 0 {
		parts[0] = "No principal would be created or changed"
	}
	for _, part := range []struct {
		n    int
		what string
	}{
		{s.Outside, "outside"},
		{s.Unknown, "unknown"},
		{s.Inside, "inside"},
		{s.Uncovered, "covered by no rule"},
		{s.Exempt, "exempt"},
		{s.OutOfScope, "out of scope"},
		{s.ServiceLinked, "service-linked"},
	} {
		if part.n > 0 {
			parts = append(parts, count.Number(part.n)+" "+part.what)
		}
	}
	line := parts[0]
	if len(parts) > 1 {
		line += ": " + strings.Join(parts[1:], ", ")
	}
	if s.PoliciesOff > 0 {
		line += "; " + count.Of(s.PoliciesOff, "boundary policy", "boundary policies") + " would not be as approved"
	}
	if s.PoliciesUnknown > 0 {
		line += "; " + count.Of(s.PoliciesUnknown, "boundary policy", "boundary policies") + " could not be assessed"
	}
	return line + "."
}

// At returns the file and the line, if it is known.
func (p *Place) At() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Verdict returns the drift of a principal that is outside, and otherwise its state.
func (p *Principal) Verdict() string {
	if p.State == assess.Outside {
		return string(p.Drift)
	}
	return string(p.State)
}

func (p *Principal) severity() string {
	if p.State == assess.Outside {
		return string(p.Severity)
	}
	return ""
}

// Carries returns the boundary that it would carry, empty if that is none.
func (p *Principal) Carries() string {
	if p.AttachedUnknown != "" {
		return "not known"
	}
	return p.Attached
}

// Allows describes in a few words what a principal could do outside its boundary.
func (p *Principal) Allows() string {
	switch {
	case p.Witness != nil && p.Witness.Action == iac.Hidden, p.Undenied != nil && p.Undenied.Action == iac.Hidden:
		return iac.Hidden
	case p.Witness != nil:
		return p.Witness.Action + " on " + p.Witness.Resource
	case p.Undenied != nil:
		return "not denied: " + p.Undenied.Action + " on " + p.Undenied.Resource
	case p.State == assess.Outside && (p.Severity == finding.High || p.Relation == string(compare.Unproven)):
		return "not known"
	}
	return ""
}

// Verdict returns the drift of a policy that would not be as approved, and otherwise its state.
func (p *Policy) Verdict() string {
	if p.State == off {
		return string(p.Drift)
	}
	return p.State
}
