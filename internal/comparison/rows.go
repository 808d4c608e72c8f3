package comparison

import (
	"fmt"
	"strings"
)

// Row is one line of a table: a difference, or several that differ only in the service and are shown with
// resources that AWS does not document for the action.
type Row struct {
	*Difference
	// Services are the services in words.
	Services string
	// Same is true if By is that of the row before.
	Same bool
}

// Rows are the differences as people read them: by statement, what can be requested today first.
func (s *Section) Rows() (out []Row) {
	for i := 0; i < len(s.List); {
		n := 1
		for i+n < len(s.List) && s.List[i+n].By == s.List[i].By {
			n++
		}
		rows := rowsOf(s.List[i : i+n])
		for j := range rows {
			rows[j].Same = j > 0
		}
		out, i = append(out, rows...), i+n
	}
	return out
}

// rowsOf are the rows of one statement.
func rowsOf(list []Difference) (documented []Row) {
	var other []Row
	services := map[string][]string{}
	for i := range list {
		d := &list[i]
		if !d.Request.Undocumented {
			documented = append(documented, Row{Difference: d, Services: d.ServiceName()})
			continue
		}
		if services[d.Because] == nil {
			other = append(other, Row{Difference: d})
		}
		services[d.Because] = append(services[d.Because], d.ServiceName())
	}
	for i := range other {
		other[i].Services = few(services[other[i].Because])
	}
	return append(documented, other...)
}

// few names some of the services.
func few(names []string) string {
	const most = 3
	if last := len(names) - 1; last < most {
		return strings.TrimPrefix(strings.Join(names[:last], ", ")+" and "+names[last], " and ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names[:most-1], ", "), len(names)-most+1)
}
