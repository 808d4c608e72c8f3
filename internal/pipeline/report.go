package pipeline

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/trail"
)

// Report is what came of one event.
type Report struct {
	Change trail.Change
	// Ignored says in a few words why nobody was looked at; it is empty otherwise.
	Ignored string
	// Findings has one entry for everything that was looked at, also for what is as
	// it must be (drift "none"), which is never published.
	Findings []finding.Finding
	// Unsent are the findings, of this event or of earlier ones, that could not be
	// published. They are tried again with the next event.
	Unsent []finding.Finding
}

// Answer is what the function answers to a single event: what sam local invoke prints.
type Answer struct {
	Event    string            `json:"event"`
	Ignored  string            `json:"ignored,omitempty"`
	Findings []finding.Finding `json:"findings"`
}

// Answer is the part of the report that leaves the function.
func (r Report) Answer() Answer {
	return Answer{Event: r.Change.EventID, Ignored: r.Ignored, Findings: r.Findings}
}
