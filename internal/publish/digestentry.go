package publish

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// entry is one line of the list: a finding, or calls on Ringfence itself of which it says
// the same. Hundreds of them, made to bury another one, are a line, and come after that one.
type entry struct {
	cells    []string
	findings []finding.Finding
}

// entries are what is listed, the worst and the rarest first, and how many findings are not. One line more is
// not worth a line that says so.
func (d digest) entries() (listed []entry, left int) {
	at := map[string]int{}
	for n, f := range d.findings {
		cells, same := d.cells(f), strconv.Itoa(n)
		if f.Drift == finding.ControlTampered {
			same = strings.Join(cells, "\x00")
		}
		i, ok := at[same]
		if !ok {
			i, at[same] = len(listed), len(listed)
			listed = append(listed, entry{cells: cells})
		}
		listed[i].findings = append(listed[i].findings, f)
	}
	slices.SortStableFunc(listed, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.findings[0].Severity.Rank(), b.findings[0].Severity.Rank()), cmp.Compare(len(a.findings), len(b.findings)))
	})
	if len(listed) > digestLines+1 {
		for _, e := range listed[digestLines:] {
			left += len(e.findings)
		}
		listed = listed[:digestLines]
	}
	return listed, left
}

// times says how many findings an entry is about, where it is several.
func (e entry) times() string {
	if n := len(e.findings); n > 1 {
		return count(n, "time")
	}
	return ""
}
