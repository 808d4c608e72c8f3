package forms

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/trail"
)

// originals are the columns that contain a whole record.
var originals = []string{"raw", "eventjson", "cloudtrailevent", "@message", "event.original", "message"}

// plain returns the name of a column without what differs between exports: case, and separators
// between words.
func plain(column string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(strings.TrimSpace(column)))
}

// row reports the events of one row of a table and returns their number. The names of columns are
// [plain]. A row with fewer values than names lacks the last columns.
func (w *walker) row(columns, values []string, depth int, t *tally) int {
	for _, name := range originals {
		if i := slices.Index(columns, name); i >= 0 && i < len(values) {
			before := *t
			if found := w.inside([]byte(name), []byte(values[i]), depth+1, t); found > 0 || *t != before {
				return found
			}
		}
	}
	if record, ok := fromColumns(columns, values); record != nil {
		switch {
		case ok || harmless(record):
			w.err = w.each(record)
			return 1
		case slices.Contains(columns, "requestparameters"):
			t[Ambiguous]++
		default:
			t[NoParameters]++
		}
		return 0
	}
	found := 0
	for i, value := range values {
		if i < len(columns) && w.err == nil {
			found += w.inside([]byte(columns[i]), []byte(value), depth+1, t)
		}
	}
	return found
}

// fromColumns returns the record of a row, or nil if it has none. ok is false if a part that matters is
// not among the columns or cannot be read.
func fromColumns(columns, values []string) (record json.RawMessage, ok bool) {
	var b builder
	ok = slices.Contains(columns, "requestparameters")
	named := 0
	for i, column := range columns[:min(len(columns), len(values))] {
		name, text := canonicals[column], values[i]
		switch column {
		case "username", "awsaccesskey": // in the console's CSV file
			if column == "username" && !slices.Contains(columns, "useridentity") {
				who, _ := json.Marshal(map[string]string{"userName": text}) // cannot fail for text
				b.add("userIdentity", who)
			}
			continue
		case "eventname", "eventsource":
			if text != "" {
				named++
			}
		}
		if name == "" || text == "" && !isStructure(name) {
			continue
		}
		value, _ := json.Marshal(text)
		fixed, good := fixField(name, value)
		if ok = ok && good; good {
			b.add(name, fixed)
		}
	}
	if named < 2 {
		return nil, false
	}
	return b.done(), ok
}

func isStructure(name string) bool {
	_, ok := structures[name]
	return ok
}

// harmless reports whether the unknown part of an event does not matter, because its call failed or
// Ringfence does not watch it.
func harmless(record json.RawMessage) bool {
	change, err := trail.Parse(record)
	return err == nil && change.Subject == trail.Unwatched{}
}
