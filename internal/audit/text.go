package audit

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
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
