package html

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/page"
)

// data is what the page's script draws the table from. Account, kind, path and name of a row
// are parts of its ARN.
type data struct {
	Boundaries map[string]boundaryRef   `json:"boundaries"`
	Drifts     map[finding.Drift]string `json:"drifts"`
	States     map[audit.State]string   `json:"states"`
	Rows       []row                    `json:"rows"`
}

// boundaryRef is what a row's boundary is called, how it stands, and where the page shows it.
type boundaryRef struct {
	Name  string `json:"name"`
	State string `json:"state"`
	ID    string `json:"id,omitempty"`
}

type row struct {
	ARN      string           `json:"arn"`
	ID       string           `json:"id,omitempty"`
	Created  string           `json:"created,omitempty"`
	State    audit.State      `json:"state"`
	Rule     string           `json:"rule,omitempty"`
	Mode     string           `json:"mode,omitempty"`
	Required string           `json:"required,omitempty"`
	Attached string           `json:"attached,omitempty"`
	Drift    finding.Drift    `json:"drift,omitempty"`
	Severity finding.Severity `json:"severity,omitempty"`
	Relation string           `json:"relation,omitempty"`
	Witness  *finding.Witness `json:"witness,omitempty"`
	Services []string         `json:"services,omitempty"`
	Undenied *finding.Witness `json:"undenied,omitempty"`
	GivesUp  *finding.Witness `json:"givesUp,omitempty"`
	Since    *time.Time       `json:"since,omitempty"`
	Reason   string           `json:"reason,omitempty"`
	Action   finding.Action   `json:"action,omitempty"`
	Repair   string           `json:"repair,omitempty"`
	Policies []string         `json:"policies,omitempty"`
	Cut      []cut            `json:"cut,omitempty"`
	Unknown  string           `json:"cutUnknown,omitempty"`
	// Reaches are rows, the first of as many as ReachesAll.
	Reaches    []int `json:"reaches,omitempty"`
	ReachesAll int   `json:"reachesAll,omitempty"`
	// ReachesIf are sentences, the first of as many as ReachesIfAll, and NotKnown is what is not
	// known of who may assume what.
	ReachesIf    []string `json:"reachesIf,omitempty"`
	ReachesIfAll int      `json:"reachesIfAll,omitempty"`
	NotKnown     string   `json:"reachUnknown,omitempty"`
}

type cut struct {
	Service string           `json:"service"`
	Example *finding.Witness `json:"example,omitempty"`
	Used    *time.Time       `json:"used,omitempty"`
}

// rows is the data as JSON that stands inside a script element: Marshal writes <, >, & and
// the separators of lines by their numbers, so nothing in it ends the element.
func rows(r *audit.Report, boundaries []boundary) ([]byte, error) {
	names := newNames(r)
	d := data{Boundaries: map[string]boundaryRef{}, Drifts: page.Drifts, States: map[audit.State]string{}, Rows: make([]row, len(r.Principals))}
	for _, s := range states {
		d.States[s.State] = s.Words
	}
	for i := range boundaries {
		b := &boundaries[i]
		d.Boundaries[b.ARN] = boundaryRef{names.short(b.ARN), b.State, b.ID}
	}
	index := make(map[string]int, len(r.Principals))
	for i := range r.Principals {
		index[r.Principals[i].ARN] = i
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		for _, arn := range []string{p.Attached, p.Required} {
			if _, ok := d.Boundaries[arn]; arn != "" && !ok {
				d.Boundaries[arn] = boundaryRef{Name: names.short(arn), State: "unknown"}
			}
		}
		d.Rows[i] = newRow(p, index)
	}
	return json.Marshal(d)
}

// listed is how many roles that one may assume are named: those who may assume one without a
// boundary often may assume all of an account, and all of them have the list.
const listed = 50

func newRow(p *audit.Principal, index map[string]int) row {
	out := row{
		ARN: p.ARN, ID: p.ID, State: p.State, Rule: p.Rule, Mode: p.Mode, Required: p.Required, Attached: p.Attached,
		Relation: p.Relation, Witness: p.Witness, Services: p.Services, Undenied: p.Undenied, GivesUp: p.GivesUp, Since: p.Since,
		Reason: p.Reason, Repair: p.Repair, Policies: p.Policies, Unknown: p.CutUnknown,
	}
	if !p.Created.IsZero() {
		out.Created = p.Created.UTC().Format(time.DateOnly)
	}
	if p.State == audit.Outside {
		out.Drift, out.Severity, out.Action = p.Drift, p.Severity, p.Action
	}
	for _, c := range p.Cut {
		out.Cut = append(out.Cut, cut{c.Service, c.Example, c.LastUsed})
	}
	out.ReachesIfAll, out.NotKnown = len(p.ReachesIf), cmp.Or(p.ReachUnknown, p.TrustUnknown)
	for _, reach := range p.ReachesIf[:min(len(p.ReachesIf), listed)] {
		out.ReachesIf = append(out.ReachesIf, reach.String())
	}
	out.ReachesAll = len(p.Reaches)
	for _, arn := range p.Reaches[:min(len(p.Reaches), listed)] {
		if i, ok := index[arn]; ok {
			out.Reaches = append(out.Reaches, i)
		}
	}
	return out
}
