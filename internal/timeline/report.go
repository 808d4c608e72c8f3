// Package timeline tells people what a replay came to: as a table on a terminal, as CSV, as
// Markdown and as a page. It says first what is not certain, and gives a verdict only where
// everything that was given was read and judged.
package timeline

import (
	"cmp"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
	"github.com/ringfence/ringfence/internal/target"
)

// Report is a replay as it is told. It is filled in by [Report.Add], and by who ran the replay.
type Report struct {
	// All keeps the verdicts without drift too: there are as many of these as events.
	All bool
	// Findings are in the order in which they were first told, each once, as its last revision
	// tells it.
	Findings []replay.Finding
	// Principals is how many were looked at, and Own how many events were of Ringfence's own
	// making.
	Principals, Own int
	// Assumed names what was put in place without the log saying so.
	Assumed []string
	// Log is what was read, and Summary what the replay came to.
	Log     logs.Tally
	Summary replay.Summary

	at       map[string]int // by id, where a finding is among them
	looked   map[string]bool
	accounts map[string]bool
}

// Add takes a step of the replay.
func (r *Report) Add(s replay.Step) {
	if s.Record == nil {
		r.Own++
	}
	r.Assumed = append(r.Assumed, s.Assumed...)
	for _, f := range s.Findings {
		r.tell(f)
	}
}

// tell adds a finding, or puts its later revision in the place of an earlier one.
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

// Drifts are the findings that tell of drift.
func (r *Report) Drifts() (list []replay.Finding) {
	for _, f := range r.Findings {
		if f.Drift != finding.None {
			list = append(list, f)
		}
	}
	return list
}

// opening is the call that let the target out; where no record shows that, the one at which it
// was found, or the second look.
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

// actor names who made a call: some have no ARN.
func actor(c finding.Call) string { return cmp.Or(c.Actor.ARN, c.Actor.Name) }

// subject is what a finding is about: a principal, or a boundary policy.
func subject(f finding.Finding) string {
	if f.Principal != nil {
		return f.Principal.ARN
	}
	return cmp.Or(f.Required, "Ringfence itself")
}

// certainty says why a finding may not be as it is told; empty for one that is certain.
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

// witness is a request that the principal can make and should not, in words.
func witness(f finding.Finding) string {
	switch {
	case f.Witness != nil:
		return f.Witness.Action + " on " + f.Witness.Resource
	case f.Undenied != nil:
		return "not denied: " + f.Undenied.Action + " on " + f.Undenied.Resource
	}
	return ""
}

// rule is the rule that applied, with its mode.
func rule(f finding.Finding) string {
	if f.Rule == "" || f.Mode == "" {
		return f.Rule
	}
	return f.Rule + " (" + f.Mode + ")"
}

// clock is how times are written, in UTC.
const clock = time.DateTime
