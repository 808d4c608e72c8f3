// Package timeline shows people the result of a replay: as a table on a terminal, as CSV, as Markdown
// and as an HTML page. It first says what is uncertain. It gives a verdict only if all input was read
// and judged.
package timeline

import (
	"cmp"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/target"
)

// Report is the result of a replay. [Report.Add] and the caller fill it in.
type Report struct {
	// All also keeps verdicts without drift: one for each event.
	All bool
	// Findings has the last revision of each finding, in the order of the first revisions.
	Findings []replay.Finding
	// Principals is how many principals were looked at. Own is how many events Ringfence caused.
	Principals, Own int
	// Assumed names what the replay created without a record in the log.
	Assumed []string
	// Log is what was read. Summary is the result.
	Log     logs.Tally
	Summary replay.Summary

	at       map[string]int // by id, where a finding is among them
	looked   map[string]bool
	accounts map[string]bool
}

// Add adds a step of the replay.
func (r *Report) Add(s replay.Step) {
	if s.Record == nil {
		r.Own++
	}
	r.Assumed = append(r.Assumed, s.Assumed...)
	for _, f := range s.Findings {
		r.tell(f)
	}
}

// tell adds a finding, or replaces an earlier revision of it.
func (r *Report) tell(f replay.Finding) {
	if r.at == nil {
		r.at, r.looked, r.accounts = map[string]int{}, map[string]bool{}, map[string]bool{}
	}
	r.accounts[f.Account] = true
	if f.Principal != nil && !r.looked[f.Principal.ARN] {
		r.looked[f.Principal.ARN] = true
		r.Principals++
	}
	i, known := r.at[f.ID]
	switch {
	case known:
		r.Findings[i] = f
	case f.Drift != finding.None:
		r.at[f.ID] = len(r.Findings)
		r.Findings = append(r.Findings, f)
	case r.All:
		r.Findings = append(r.Findings, f)
	}
}

// Drifts returns the findings with drift.
func (r *Report) Drifts() (list []replay.Finding) {
	for _, f := range r.Findings {
		if f.Drift != finding.None {
			list = append(list, f)
		}
	}
	return list
}

// opening returns the call that let the target out. If no record shows it, it returns the call at which
// the drift was found, or the second look.
func opening(f finding.Finding) finding.Call {
	call := finding.Call{Actor: f.Actor, Event: f.Event}
	again := f.Cause == string(target.SecondLook)
	switch {
	case f.OpenedBy != nil:
		if call = *f.OpenedBy; again {
			call.Event.Name += " (second look)"
		}
	case again: // the call is that of the finding before
		call = finding.Call{Event: finding.Event{Name: "second look", Time: f.Time}}
	}
	if call.Event.Time.IsZero() {
		call.Event.Time = f.Time
	}
	call.Event.Time = call.Event.Time.UTC()
	return call
}

// actor names the caller, which may have no ARN.
func actor(c finding.Call) string { return cmp.Or(c.Actor.ARN, c.Actor.Name) }

// subject returns the principal or the boundary policy of a finding.
func subject(f finding.Finding) string {
	if f.Principal != nil {
		return f.Principal.ARN
	}
	return cmp.Or(f.Required, "Ringfence itself")
}

// certainty says why a finding is uncertain; it is empty for a certain one.
func certainty(f replay.Finding) string {
	switch {
	case f.Unproven() && len(f.Assumed) > 0:
		return "unproven, assumed"
	case f.Unproven():
		return "unproven"
	case len(f.Assumed) > 0:
		return "assumed"
	}
	return ""
}

// witness returns a request, in words, that the principal can make and should not.
func witness(f finding.Finding) string {
	switch {
	case f.Witness != nil:
		return f.Witness.Action + " on " + f.Witness.Resource
	case f.Undenied != nil:
		return "not denied: " + f.Undenied.Action + " on " + f.Undenied.Resource
	}
	return ""
}

// rule returns the rule that applied, with its mode.
func rule(f finding.Finding) string {
	if f.Rule == "" || f.Mode == "" {
		return f.Rule
	}
	return f.Rule + " (" + f.Mode + ")"
}

// clock is the format of times, which are in UTC.
const clock = time.DateTime
