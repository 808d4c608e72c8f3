package html

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/audit"
)

// cutService is a service that policies grant and boundaries do not allow.
type cutService struct {
	Service     string
	Count, Used int
	// Share and UsedShare are percentages of the largest.
	Share, UsedShare string
}

// cutServices returns the services that are cut for the most principals. Services that were used
// are first, because their boundary may be too narrow.
func cutServices(r *audit.Report) []cutService {
	found := map[string]*cutService{}
	for i := range r.Principals {
		for _, c := range r.Principals[i].Cut {
			s := found[c.Service]
			if s == nil {
				s = &cutService{Service: c.Service}
				found[c.Service] = s
			}
			s.Count++
			if c.LastUsed != nil {
				s.Used++
			}
		}
	}
	all := make([]cutService, 0, len(found))
	most := 0
	for _, s := range found {
		all = append(all, *s)
	}
	slices.SortFunc(all, func(a, b cutService) int {
		return cmp.Or(cmp.Compare(b.Used, a.Used), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Service, b.Service))
	})
	all = all[:min(len(all), maxBars)]
	for _, s := range all {
		most = max(most, s.Count)
	}
	for i := range all {
		s := &all[i]
		s.Share, s.UsedShare = width(s.Count-s.Used, most), width(s.Used, most)
	}
	return all
}
