package html

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
)

// kind is a kind of drift, with the principals outside because of it.
type kind struct {
	Drift    finding.Drift
	Count    int
	Segments []segment
	// Example is the worst one that has a witness, or else the worst one.
	Example *audit.Principal
}

// kinds groups the principals outside by drift, most frequent first.
func kinds(r *audit.Report) []kind {
	found := map[finding.Drift]*kind{}
	tallies := map[finding.Drift]tally{}
	most := 0
	for i := range r.Principals {
		p := &r.Principals[i]
		if p.State != audit.Outside {
			continue
		}
		k := found[p.Drift]
		if k == nil {
			k, tallies[p.Drift] = &kind{Drift: p.Drift, Example: p}, tally{}
			found[p.Drift] = k
		}
		if k.Example.Witness == nil && p.Witness != nil && p.Severity == k.Example.Severity {
			k.Example = p
		}
		tallies[p.Drift][class(p)]++
		k.Count++
		most = max(most, k.Count)
	}
	all := make([]kind, 0, len(found))
	for drift, k := range found {
		k.Segments = tallies[drift].segments(most)
		all = append(all, *k)
	}
	slices.SortFunc(all, func(a, b kind) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Drift, b.Drift)) })
	return all
}
