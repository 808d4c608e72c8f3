package timeline

import (
	"cmp"
	"embed"
	"encoding/json"
	"html/template"
	"io"
	"slices"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/page"
)

//go:embed page/page.gohtml
var files embed.FS

//go:embed page/findings.js
var own string

var (
	script   = page.Script(own)
	document = template.Must(template.ParseFS(files, "page/page.gohtml"))
)

// view is the data of the template.
type view struct {
	Policy string
	Style  template.CSS
	Script template.JS
	Data   template.JS

	Missing, Doubts, Read, Presupposed []string

	Headline, Span, Count, Kinds string
	Number                       int
	Unproven, Assumed            string
	Severities, Segments         []share
	Drifts, Rules, Accounts      []string
	// Rows are the first findings, for readers without JavaScript.
	Rows []row
	chart
}

// share is the number of findings with a severity, and their part of the bar in percent.
type share struct {
	Severity finding.Severity
	Count    string
	X, Width float64
}

// withoutScript is how many findings readers without JavaScript see.
const withoutScript = 200

// row is a finding for the script of the page.
type row struct {
	ARN        string           `json:"arn"`
	ID         string           `json:"id,omitempty"`
	Severity   finding.Severity `json:"severity"`
	Drift      finding.Drift    `json:"drift"`
	Certainty  string           `json:"certainty,omitempty"`
	Unproven   bool             `json:"unproven,omitempty"`
	Assumed    []string         `json:"assumed,omitempty"`
	Time       string           `json:"time,omitempty"`
	Event      string           `json:"event,omitempty"`
	EventID    string           `json:"eventId,omitempty"`
	Actor      string           `json:"actor,omitempty"`
	Rule       string           `json:"rule,omitempty"`
	Mode       string           `json:"mode,omitempty"`
	Required   string           `json:"required,omitempty"`
	Attached   string           `json:"attached,omitempty"`
	Relation   string           `json:"relation,omitempty"`
	Witness    *finding.Witness `json:"witness,omitempty"`
	Services   []string         `json:"services,omitempty"`
	Denials    string           `json:"denials,omitempty"`
	Undenied   *finding.Witness `json:"undenied,omitempty"`
	AlsoDenied *finding.Witness `json:"alsoDenied,omitempty"`
	GivesUp    *finding.Witness `json:"givesUp,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	Action     string           `json:"action,omitempty"`
	Outcome    string           `json:"outcome,omitempty"`
	Status     string           `json:"status,omitempty"`
	Resolved   string           `json:"resolution,omitempty"`
}

// WriteHTML writes the report as one HTML page that loads nothing else.
func (r *Report) WriteHTML(w io.Writer) error {
	all := make([]row, 0, len(r.Findings))
	for _, f := range r.Findings {
		call := opening(f.Finding)
		all = append(all, row{
			ARN: subject(f.Finding), ID: f.ID, Severity: f.Severity, Drift: f.Drift, Certainty: certainty(f), Unproven: f.Unproven(), Assumed: f.Assumed,
			Time: stamp(call.Event), Event: call.Event.Name, EventID: call.Event.ID, Actor: actor(call), Rule: f.Rule, Mode: f.Mode,
			Required: f.Required, Attached: f.Attached, Relation: f.Relation, Witness: f.Witness, Services: f.Services,
			Denials: f.Denials, Undenied: f.Undenied, AlsoDenied: f.AlsoDenied, GivesUp: f.GivesUp,
			Reason: f.Reason, Action: string(f.Action), Outcome: string(f.Outcome), Status: string(f.Status), Resolved: string(f.Resolution),
		})
	}
	slices.SortStableFunc(all, func(a, b row) int { // as the table begins
		return cmp.Or(cmp.Compare(a.Severity.Rank(), b.Severity.Rank()), cmp.Compare(a.Time, b.Time))
	})
	v := page.Visible(view{
		Missing: r.Missing(), Doubts: r.Doubts(), Read: r.Read(), Presupposed: r.Assumed, Rows: all, Headline: r.Verdict(),
		Unproven: count.Number(r.Summary.Unproven), Assumed: count.Number(r.Summary.Assumed), chart: chartOf(r.Drifts()),
	})
	v.Policy, v.Style, v.Script = page.Policy(script), template.CSS(page.Style), template.JS(script)
	data, err := json.Marshal(map[string]any{"rows": v.Rows, "drifts": page.Drifts, "severities": finding.Severities})
	if err != nil {
		return err
	}
	v.Data = template.JS(data)
	v.count(len(r.Drifts()))
	v.Span = v.span()
	v.Rows = v.Rows[:min(len(v.Rows), withoutScript)]
	return document.Execute(w, v)
}

// count fills in the counts of the findings.
func (v *view) count(drifted int) {
	v.Number, v.Count = drifted, count.Number(drifted)
	worst, kinds := map[finding.Severity]int{}, map[string]int{}
	for _, r := range v.Rows {
		if r.Drift == finding.None {
			continue
		}
		worst[r.Severity]++
		kinds[string(r.Drift)]++
		v.Drifts = with(v.Drifts, string(r.Drift))
		v.Rules = with(v.Rules, r.Rule)
		v.Accounts = with(v.Accounts, accountOf(r.ARN))
	}
	v.Kinds = counts(kinds)
	x := 0.0
	for _, s := range finding.Severities {
		n := worst[s]
		if n > 0 {
			width := 100 * float64(n) / float64(drifted)
			v.Segments = append(v.Segments, share{s, count.Number(n), x, width})
			x += width
		}
		if n > 0 || s != finding.Low && s != finding.Info {
			v.Severities = append(v.Severities, share{Severity: s, Count: count.Number(n)})
		}
	}
}

// with adds a word to sorted words unless it is there.
func with(words []string, word string) []string {
	at, found := slices.BinarySearch(words, word)
	if found || word == "" {
		return words
	}
	return slices.Insert(words, at, word)
}
