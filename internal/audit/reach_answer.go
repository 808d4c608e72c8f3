package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// Reach is a role that may be assumed under conditions.
type Reach struct {
	Role string `json:"role"`
	// Keys are the condition keys on which it hangs and whose values are not known here.
	Keys finding.Strings `json:"keys"`
	// Session is the name that the principal's own session must have; empty where any will do.
	Session string `json:"session,omitempty"`
}

// String is the role, and what must be so.
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

// Conditional are the roles that it may assume under conditions, with these.
func (p *Principal) Conditional() []string {
	all := make([]string, len(p.ReachesIf))
	for i, r := range p.ReachesIf {
		all[i] = r.String()
	}
	return all
}

// answers are the roles that may be assumed, and those that may be under conditions.
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
