package audit

import (
	"cmp"
	"encoding/csv"
	"io"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/escape"
)

// WriteCSV writes a header and a line for each principal, as RFC 4180 CSV.
func (r *Report) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	err := out.Write([]string{
		"account", "kind", "arn", "id", "state", "severity", "drift", "rule", "mode", "required", "attached", "relation",
		"allows", "services", "since", "action", "repair", "cut", "reaches", "reason", "reachesUnderConditions", "reachUnknown", "wouldDeny",
	})
	for i := 0; i < len(r.Principals) && err == nil; i++ {
		p := &r.Principals[i]
		since := ""
		if p.Since != nil {
			since = p.Since.Format(time.RFC3339)
		}
		severity, drift := "", ""
		if p.State == Outside {
			severity, drift = string(p.Severity), string(p.Drift)
		}
		row := []string{
			p.Account, p.Kind, p.ARN, p.ID, string(p.State), severity, drift, p.Rule, p.Mode, p.Required, p.Attached, p.Relation,
			p.Allows(), strings.Join(p.Services, " "), since, string(p.Action), p.Repair, strings.Join(p.CutNames(), "; "), strings.Join(p.Reaches, " "), p.Reason, strings.Join(p.Conditional(), "; "),
			cmp.Or(p.ReachUnknown, p.TrustUnknown), strings.Join(p.WouldDeny(), "; "),
		}
		for n := range row {
			row[n] = escape.Cell(row[n])
		}
		err = out.Write(row)
	}
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}
