package html

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/page"
)

// data is what the page's script reads. Account, kind, path and name of a row are parts of its
// ARN.
type data struct {
	Boundaries map[string]boundaryRef   `json:"boundaries"`
	Drifts     map[finding.Drift]string `json:"drifts"`
	States     map[audit.State]string   `json:"states"`
	Rows       []row                    `json:"rows"`
}

// boundaryRef is the name and state of a row's boundary, and its place in the page.
type boundaryRef struct {
	Name  string `json:"name"`
	State string `json:"state"`
	ID    string `json:"id,omitempty"`
}

type row struct {
	ARN        string           `json:"arn"`
	ID         string           `json:"id,omitempty"`
	Created    string           `json:"created,omitempty"`
	State      audit.State      `json:"state"`
	Rule       string           `json:"rule,omitempty"`
	Mode       string           `json:"mode,omitempty"`
	Required   string           `json:"required,omitempty"`
	Attached   string           `json:"attached,omitempty"`
	Drift      finding.Drift    `json:"drift,omitempty"`
	Severity   finding.Severity `json:"severity,omitempty"`
	Relation   string           `json:"relation,omitempty"`
	Witness    *finding.Witness `json:"witness,omitempty"`
	Services   []string         `json:"services,omitempty"`
	Denials    string           `json:"denials,omitempty"`
	Undenied   *finding.Witness `json:"undenied,omitempty"`
	AlsoDenied *finding.Witness `json:"alsoDenied,omitempty"`
	GivesUp    *finding.Witness `json:"givesUp,omitempty"`
	Since      *time.Time       `json:"since,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	Action     finding.Action   `json:"action,omitempty"`
	Repair     string           `json:"repair,omitempty"`
	Policies   []string         `json:"policies,omitempty"`
	Cut        []cut            `json:"cut,omitempty"`
	Unknown    string           `json:"cutUnknown,omitempty"`
	// Calls are the recorded calls that the required boundary would have denied: the first of CallsAll.
	Calls    []call `json:"calls,omitempty"`
	CallsAll int    `json:"callsAll,omitempty"`
	// Reaches are indexes of rows: the first of ReachesAll.
	Reaches    []int `json:"reaches,omitempty"`
	ReachesAll int   `json:"reachesAll,omitempty"`
	// ReachesIf are sentences: the first of ReachesIfAll. NotKnown is what is not known about which
	// principals can assume which roles.
	ReachesIf    []string `json:"reachesIf,omitempty"`
	ReachesIfAll int      `json:"reachesIfAll,omitempty"`
	NotKnown     string   `json:"reachUnknown,omitempty"`
}

type cut struct {
	Service string           `json:"service"`
	Example *finding.Witness `json:"example,omitempty"`
	Used    *time.Time       `json:"used,omitempty"`
}

type call struct {
	Action string `json:"action"`
	Count  int    `json:"count"`
	Last   string `json:"last"`
	Why    string `json:"why"`
}

// rows returns the data as JSON for a script element. Marshal escapes <, >, & and the line
// separators, so nothing in it can end the element.
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

// maxReaches is how many assumable roles are listed for a principal. A principal that can assume
// one role without a boundary can often assume all of an account.
const maxReaches = 50

// maxCalls is how many denied calls are listed for a principal.
const maxCalls = 50

func newRow(p *audit.Principal, index map[string]int) row {
	out := row{
		ARN: p.ARN, ID: p.ID, State: p.State, Rule: p.Rule, Mode: p.Mode, Required: p.Required, Attached: p.Attached,
		Relation: p.Relation, Witness: p.Witness, Services: p.Services, Denials: p.Denials, Undenied: p.Undenied, AlsoDenied: p.AlsoDenied, GivesUp: p.GivesUp, Since: p.Since,
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
	denied := p.DeniedCalls()
	out.CallsAll = len(denied)
	for _, g := range denied[:min(len(denied), maxCalls)] {
		out.Calls = append(out.Calls, call{g.Action, g.Count, g.Latest(), g.Why()})
	}
	out.ReachesIfAll, out.NotKnown = len(p.ReachesIf), cmp.Or(p.ReachUnknown, p.TrustUnknown)
	for _, reach := range p.ReachesIf[:min(len(p.ReachesIf), maxReaches)] {
		out.ReachesIf = append(out.ReachesIf, reach.String())
	}
	out.ReachesAll = len(p.Reaches)
	for _, arn := range p.Reaches[:min(len(p.Reaches), maxReaches)] {
		if i, ok := index[arn]; ok {
			out.Reaches = append(out.Reaches, i)
		}
	}
	return out
}
