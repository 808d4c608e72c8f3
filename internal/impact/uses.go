package impact

import "maps"

// Use is what was recorded of one principal.
type Use struct {
	// Calls is the number of calls that succeeded and that were asked about.
	Calls int `json:"calls"`
	// Denials and Unknowns are those of the report on the principal.
	Denials  []Group `json:"denials"`
	Unknowns []Group `json:"unknowns"`
	// Last is when each service was last used, in RFC 3339, by the prefix of its actions in lower case. It counts
	// all calls of the principal that succeeded.
	Last map[string]string `json:"-"`
}

// Uses returns what was counted so far, by the ARN of the principal.
func (a *Analysis) Uses() map[string]*Use {
	uses := map[string]*Use{}
	at := func(principal string) *Use {
		if uses[principal] == nil {
			uses[principal] = &Use{Denials: []Group{}, Unknowns: []Group{}, Last: map[string]string{}}
		}
		return uses[principal]
	}
	for c := range maps.Values(a.callers) {
		u := at(c.name)
		u.Calls += c.calls
		for service, when := range c.used {
			u.Last[service] = max(u.Last[service], string(when.last))
		}
	}
	r := a.Report()
	for _, g := range r.Denials {
		at(g.Principal).Denials = append(at(g.Principal).Denials, g)
	}
	for _, g := range r.Unknowns {
		at(g.Principal).Unknowns = append(at(g.Principal).Unknowns, g)
	}
	return uses
}
