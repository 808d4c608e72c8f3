package fence

import "github.com/ringfence/ringfence/internal/principal"

// Others are what the rules ask that do not apply to a principal and would, had it other
// tags, or, being a user, another name or path: nothing else of it can be changed. They are
// in the order of the configuration, and ask for another boundary than the rule that applies.
func (f *Fence) Others(s principal.Snapshot, current Requirement) []Requirement {
	var list []Requirement
	for i := range f.rules {
		m := f.rules[i].Match
		m.Tags = nil
		if s.Kind == principal.User {
			m.Names, m.Paths = nil, nil
		}
		if !m.matches(&s) {
			continue
		}
		if q := f.requirement(i, s.Partition, s.Account); q.Rule != current.Rule && q.Boundary.ARN != current.Boundary.ARN {
			list = append(list, q)
		}
	}
	return list
}
