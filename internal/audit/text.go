package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	number "github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/impact"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Headline summarizes the report in one sentence.
func (r *Report) Headline() string {
	s := &r.Summary
	if s.Principals == 0 {
		return "No principal was assessed."
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s%% inside", count(s.Principals, "principal"), decimal(s.Percent))
	if s.Outside > 0 {
		fmt.Fprintf(&b, ", %d outside", s.Outside)
		var parts []string
		for _, severity := range finding.Severities {
			if n := s.Severities[severity]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, severity))
			}
		}
		if s.BoundariesOff == 0 {
			fmt.Fprintf(&b, " (%s)", strings.Join(parts, ", "))
		}
	}
	for _, part := range []struct {
		n    int
		what string
	}{
		{s.Unknown, "unknown"},
		{s.Uncovered, "covered by no rule"},
		{s.Exempt, "exempt"},
		{s.OutOfScope, "out of scope"},
		{s.ServiceLinked, "service-linked"},
	} {
		if part.n > 0 {
			fmt.Fprintf(&b, ", %d %s", part.n, part.what)
		}
	}
	if s.BoundariesOff > 0 {
		verb := "are"
		if s.BoundariesOff == 1 {
			verb = "is"
		}
		fmt.Fprintf(&b, "; %s %s not as approved", count(s.BoundariesOff, "boundary policy"), verb)
	}
	if s.BoundariesUnknown > 0 {
		fmt.Fprintf(&b, "; %s could not be assessed", count(s.BoundariesUnknown, "boundary policy"))
	}
	return b.String() + "."
}

func count(n int, thing string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(thing, "y"):
		thing = strings.TrimSuffix(thing, "y") + "ies"
	default:
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

func decimal(f float64) string { return strings.TrimSuffix(fmt.Sprintf("%.1f", f), ".0") }

// Allows describes in a few words what a principal can do outside its boundary.
func (p *Principal) Allows() string {
	switch {
	case p.Witness != nil:
		return p.Witness.Action + " on " + p.Witness.Resource
	case p.Undenied != nil:
		return "not denied: " + p.Undenied.Action + " on " + p.Undenied.Resource
	case p.State == Outside && (p.Unknown != "" || p.Relation == string(compare.Unproven)):
		return "not known"
	}
	return ""
}

// CutNames returns the services in which its boundary does not allow what its policies grant,
// used ones first.
func (p *Principal) CutNames() []string {
	var all []string
	for _, c := range p.Cut {
		name := c.Service
		if c.LastUsed != nil {
			name += " (used " + c.LastUsed.Format(time.DateOnly) + ")"
		}
		all = append(all, name)
	}
	return all
}

// RecordedCalls says in one sentence what required boundaries would have done to recorded calls, "" without any.
func (r *Report) RecordedCalls() string {
	s := r.Summary.Recorded
	if s == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Of %s, required boundaries would have denied %s", number.Of(s.Calls, "recorded call", "recorded calls"), number.Number(s.Denied))
	if s.Denied > 0 {
		fmt.Fprintf(&b, ", by %s", number.Of(s.Principals, "principal", "principals"))
	}
	if s.NotKnown > 0 {
		fmt.Fprintf(&b, "; for %s that is not known", number.Number(s.NotKnown))
	}
	return b.String() + "."
}

// WouldDeny returns the actions of recorded calls that the required boundary would have denied, with their numbers. Those
// of which that is not known have a question mark.
func (p *Principal) WouldDeny() []string {
	var all []string
	for _, c := range p.DeniedCalls() {
		mark := ""
		if c.Reason != "" {
			mark = "? "
		}
		all = append(all, fmt.Sprintf("%s%s (%d)", mark, c.Action, c.Count))
	}
	return all
}

// DeniedCalls returns the recorded calls that the required boundary would have denied, then those of which that is not known.
func (p *Principal) DeniedCalls() []impact.Group {
	if p.Calls == nil {
		return nil
	}
	return slices.Concat(p.Calls.Denials, p.Calls.Unknowns)
}

// DeniedCalls are recorded calls that the required boundary of a principal would have denied, or of which that is not known.
type DeniedCalls struct {
	Principal *Principal
	Group     impact.Group
}

// DeniedCalls returns the recorded calls that required boundaries would have denied, principals with most first. Calls of
// which that is not known come last.
func (r *Report) DeniedCalls() (list []DeniedCalls) {
	total := map[*Principal]int{}
	for i := range r.Principals {
		p := &r.Principals[i]
		for _, g := range p.DeniedCalls() {
			list = append(list, DeniedCalls{p, g})
			if g.Reason == "" {
				total[p] += g.Count
			}
		}
	}
	rank := func(d DeniedCalls) int {
		if d.Group.Reason == "" {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b DeniedCalls) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(total[b.Principal], total[a.Principal]))
	})
	return list
}

// Service is a service in which boundaries do not allow what identity policies grant.
type Service struct {
	Name string
	// Principals counts the principals affected, and Used those of them that have used it.
	Principals, Used int
}

// CutServices returns the services in which boundaries do not allow what identity policies grant.
// Used services come first.
func (r *Report) CutServices() []Service {
	at := map[string]int{}
	var all []Service
	for i := range r.Principals {
		for _, c := range r.Principals[i].Cut {
			n, ok := at[c.Service]
			if !ok {
				n = len(all)
				at[c.Service] = n
				all = append(all, Service{Name: c.Service})
			}
			all[n].Principals++
			if c.LastUsed != nil {
				all[n].Used++
			}
		}
	}
	slices.SortFunc(all, func(a, b Service) int {
		switch {
		case a.Used != b.Used:
			return b.Used - a.Used
		case a.Principals != b.Principals:
			return b.Principals - a.Principals
		}
		return strings.Compare(a.Name, b.Name)
	})
	return all
}
