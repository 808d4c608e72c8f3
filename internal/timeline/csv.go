package timeline

import (
	"encoding/csv"
	"io"
	"time"

	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/finding"
)

// WriteCSV writes a line of column names and a line for each finding (RFC 4180). An incomplete report
// ends with a line that says so in its first column.
func (r *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	head := []string{
		"time", "event", "eventId", "actor", "account", "principal", "rule", "mode", "verdict", "severity", "certainty", "status",
		"action", "outcome", "required", "attached", "relation", "allows", "reason", "id",
	}
	err := out.Write(head)
	write := func(row []string) {
		for i := range row {
			row[i] = escape.Cell(row[i])
		}
		if err == nil {
			err = out.Write(row)
		}
	}
	for _, f := range r.Findings {
		call := opening(f.Finding)
		write([]string{
			stamp(call.Event), call.Event.Name, call.Event.ID, actor(call), f.Account, subject(f.Finding), f.Rule, f.Mode, string(f.Drift), string(f.Severity),
			certainty(f), string(f.Status), string(f.Action), string(f.Outcome), f.Required, f.Attached, f.Relation, witness(f.Finding), f.Reason, f.ID,
		})
	}
	for _, missing := range r.Missing() {
		row := make([]string, len(head))
		row[0] = "INCOMPLETE: " + missing
		write(row)
	}
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func stamp(e finding.Event) string {
	if e.Time.IsZero() {
		return ""
	}
	return e.Time.UTC().Format(time.RFC3339)
}
