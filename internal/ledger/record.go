package ledger

import (
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// Record is one finding, from its opening on.
type Record struct {
	ID       string         `json:"id"`
	Revision int            `json:"revision"`
	Status   finding.Status `json:"status"`
	// CallFinding is set if the finding is about a call, not about the state of a target. It is
	// reported, and no later look resolves it.
	CallFinding bool `json:"once,omitempty"`
	// Public is set once a revision was published beyond the log, or a write was made. The
	// sinks then get all later revisions, whatever the rule's mode is by then.
	Public bool `json:"public,omitempty"`
	// Found is when drift was first seen, and Changed when the latest revision was made.
	Found   time.Time `json:"found"`
	Changed time.Time `json:"changed"`

	Decision plan.Decision   `json:"decision"`
	Outcome  finding.Outcome `json:"outcome"`
	// Trigger is the cause that revealed the drift.
	Trigger target.Cause `json:"light"`
	// Evidence are the records of what happened to the boundary, ordered by time.
	Evidence []Evidence `json:"evidence,omitempty"`
	// After is when the target was last known to be inside before; zero if unknown.
	After time.Time `json:"after,omitzero"`
	// To is when it was inside again, zero while it is outside.
	To time.Time `json:"to,omitzero"`

	Attempts []Attempt `json:"attempts,omitempty"`
	// Ended says how the finding was resolved.
	Ended finding.Resolution `json:"ended,omitempty"`
	// Contested is set if the repair is one of many.
	Contested *finding.Contested `json:"contested,omitempty"`
	// Reported is, for each sink, the last revision that it got.
	Reported map[string]int `json:"told,omitempty"`
	// Notes are the results of the report function's research, kept so that it is done once.
	Notes *Notes `json:"notes,omitempty"`
}

// Attempt is one write: its intent, and its outcome once that is known.
type Attempt struct {
	ID     string      `json:"id"`
	Action plan.Action `json:"action"`
	// Previous is what the action replaces: see [plan.Action.ReverseCommand].
	Previous string `json:"was,omitempty"`
	// Grants is what the write grants. The decision of the record may have changed since.
	Grants exposure.Meaning `json:"gives,omitzero"`
	Begun  time.Time        `json:"begun"`
	// Ended and Outcome are zero while the outcome is not known.
	Ended   time.Time       `json:"ended,omitzero"`
	Outcome finding.Outcome `json:"outcome,omitempty"`
	Code    string          `json:"code,omitempty"`
	Unblock string          `json:"unblock,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// Notes are what the report function found out about one revision of a record.
type Notes struct {
	Revision int              `json:"revision"`
	Severity finding.Severity `json:"severity"`
	Escape   bool             `json:"escape"`
	Witness  *finding.Witness `json:"witness,omitempty"`
	Services []string         `json:"services,omitempty"`
	Grants   *finding.Witness `json:"givesUp,omitempty"`
	// Denials and AlsoDenied are those of the finding.
	Denials    string           `json:"denials,omitempty"`
	AlsoDenied *finding.Witness `json:"alsoDenied,omitempty"`
	Affects    []string         `json:"affects,omitempty"`
	Diff       []string         `json:"diff,omitempty"`
	Opener     *finding.Call    `json:"opener,omitempty"`
	Unknown    []string         `json:"unknown,omitempty"`
}

// pending returns the latest attempt if its outcome is unknown, because the process ended or no
// answer came. Otherwise it returns nil.
func (r *Record) pending() *Attempt {
	if n := len(r.Attempts); n > 0 {
		if a := &r.Attempts[n-1]; a.Ended.IsZero() || a.Outcome == finding.Unconfirmed {
			return a
		}
	}
	return nil
}

// differs reports whether the entry differs from the record in what is reported.
func (r *Record) differs(e Entry) bool {
	was, is := r.Decision, e.Decision
	return r.Revision == 0 && !e.Deferred && !is.Acts() ||
		was.Drift != is.Drift || was.Attached != is.Attached || was.Required != is.Required || was.Rule != is.Rule ||
		was.Mode != is.Mode || was.Action() != is.Action() || was.Meaning.Relation != is.Meaning.Relation || was.Meaning.DeniesAll != is.Meaning.DeniesAll ||
		was.PolicyOpen != is.PolicyOpen || was.Kept.Waiting() != is.Kept.Waiting()
}
