package audit

import (
	"cmp"
	"math"
	"slices"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/impact"
)

// add counts the calls of a principal.
func (r *Recorded) add(use *impact.Use) {
	r.Calls += use.Calls
	for _, g := range use.Denials {
		r.Denied += g.Count
	}
	for _, g := range use.Unknowns {
		r.NotKnown += g.Count
	}
	if len(use.Denials) > 0 {
		r.Principals++
	}
}

// sum fills in the summary.
func (r *Report) sum() {
	s := Summary{Principals: len(r.Principals), Severities: map[finding.Severity]int{}}
	parts, units := map[[2]string]*Coverage{}, r.Units()
	names := map[string]string{}
	for _, a := range r.Accounts {
		names[a.Account] = a.Name
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		counts := map[State]*int{
			Inside: &s.Inside, Outside: &s.Outside, Unknown: &s.Unknown, Uncovered: &s.Uncovered,
			Exempt: &s.Exempt, OutOfScope: &s.OutOfScope, ServiceLinked: &s.ServiceLinked,
		}
		*counts[p.State]++
		if p.State == Outside {
			s.Severities[p.Severity]++
		}
		if len(p.Cut) > 0 {
			s.OverNarrow++
		}
		if p.Calls != nil {
			if s.Recorded == nil {
				s.Recorded = &Recorded{}
			}
			s.Recorded.add(p.Calls)
		}
		if !counted(p.State) {
			continue
		}
		for _, key := range [][2]string{{"rule", cmp.Or(p.Rule, "(none)")}, {"path", p.Path}, {"account", p.Account}, {"kind", p.Kind}, {"unit", units[p.Account]}} {
			if key[1] == "" {
				continue
			}
			c := parts[key]
			if c == nil {
				c = &Coverage{By: key[0], Key: key[1]}
				parts[key] = c
			}
			c.Total++
			if p.State == Inside {
				c.Inside++
			}
		}
	}
	for _, b := range r.Boundaries {
		switch {
		case b.State == off:
			s.BoundariesOff++
			s.Severities[b.Severity]++
		case b.State == unknown && b.Name != "":
			s.BoundariesUnknown++
		}
	}
	s.Percent = percent(s.Inside, s.Inside+s.Outside+s.Unknown+s.Uncovered)
	for _, c := range parts {
		c.Percent = percent(c.Inside, c.Total)
		if c.By == "account" {
			c.Name = names[c.Key]
		}
		r.Coverage = append(r.Coverage, *c)
	}
	order := []string{"unit", "account", "rule", "kind", "path"}
	slices.SortFunc(r.Coverage, func(a, b Coverage) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.By), slices.Index(order, b.By)), cmp.Compare(a.Percent, b.Percent), cmp.Compare(b.Total, a.Total), cmp.Compare(a.Key, b.Key))
	})
	r.Summary = s
}

// counted reports whether a principal counts for coverage. Those that need no boundary do not.
func counted(s State) bool {
	return s == Inside || s == Outside || s == Unknown || s == Uncovered
}

// percent is a share rounded to one decimal. It is 100 only if nothing is missing.
func percent(part, whole int) float64 {
	if whole == 0 || part == whole {
		return 100
	}
	return min(math.Round(float64(part)*1000/float64(whole))/10, 99.9)
}
