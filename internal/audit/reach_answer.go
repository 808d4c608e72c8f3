package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// Reach is a role that can be assumed under conditions.
type Reach struct {
	Role string `json:"role"`
	// Keys are the condition keys that decide, whose values are not known here.
	Keys finding.Strings `json:"keys"`
	// Session is the required name of the role session, empty if any name will do.
	Session string `json:"session,omitempty"`
}

// String returns the role and the conditions.
func (r Reach) String() string {
	s := r.Role
	if r.Session != "" {
		s += ", if its session has the name " + r.Session
	}
	if len(r.Keys) > 0 {
		s += ", under conditions on " + strings.Join(r.Keys, ", ")
	}
	return s
}

// Conditional returns the roles that p can assume under conditions, with the conditions.
func (p *Principal) Conditional() []string {
	all := make([]string, len(p.ReachesIf))
	for i, r := range p.ReachesIf {
		all[i] = r.String()
	}
	return all
}

// answers are the roles that can be assumed, and those that can be under conditions.
type answers struct {
	may   finding.Strings
	maybe []Reach
}

func (a *answers) add(reach *Reach) {
	switch {
	case reach == nil:
	case len(reach.Keys) == 0 && reach.Session == "":
		a.may = append(a.may, reach.Role)
	default:
		if reach.Keys == nil {
			reach.Keys = finding.Strings{}
		}
		a.maybe = append(a.maybe, *reach)
	}
}

func (a *answers) sort() {
	slices.Sort(a.may)
	slices.SortFunc(a.maybe, func(x, y Reach) int { return cmp.Compare(x.Role, y.Role) })
}
