package html

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/audit"
)

// cutService is a service that boundaries take from those whose policies grant it.
type cutService struct {
	Service     string
	Count, Used int
	// Share and UsedShare are per cent of the largest.
	Share, UsedShare string
}

// cutServices are the services that are cut for most: those first that were really used, for
// there the boundary may be narrower than the work.
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
	all = all[:min(len(all), shown)]
	for _, s := range all {
		most = max(most, s.Count)
	}
	for i := range all {
		s := &all[i]
		s.Share, s.UsedShare = width(s.Count-s.Used, most), width(s.Used, most)
	}
	return all
}
