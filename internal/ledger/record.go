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
	// Once is set for what a call was, and not what a target is: it is told, and nothing
	// that is seen later resolves it.
	Once bool `json:"once,omitempty"`
	// Public is set once there was a revision that others than the log are told of, or a
	// write: they are told how it goes on, whatever the rule's mode is by then.
	Public bool `json:"public,omitempty"`
	// Found is when drift was first seen, and Changed when the latest revision was made.
	Found   time.Time `json:"found"`
	Changed time.Time `json:"changed"`

	Decision plan.Decision   `json:"decision"`
	Outcome  finding.Outcome `json:"outcome"`
	// Light is what brought the drift to light.
	Light target.Cause `json:"light"`
	// Evidence are the records of what became of the boundary, by time.
	Evidence []Evidence `json:"evidence,omitempty"`
	// After is when the target was last known to be inside before; zero where it is not.
	After time.Time `json:"after,omitzero"`
	// To is when it was inside again, zero while it is not.
	To time.Time `json:"to,omitzero"`

	Attempts []Attempt `json:"attempts,omitempty"`
	// Ended says how a finding was resolved.
	Ended finding.Resolution `json:"ended,omitempty"`
	// Contested is set where the repair is one of many.
	Contested *finding.Contested `json:"contested,omitempty"`
	// Told is, for each sink, the revision that it was last told.
	Told map[string]int `json:"told,omitempty"`
	// Notes is what the report found out, kept so that it is found out once.
	Notes *Notes `json:"notes,omitempty"`
}

// Attempt is one write: its intent, and its outcome once that is known.
type Attempt struct {
	ID     string      `json:"id"`
	Action plan.Action `json:"action"`
	// Was is what the action takes the place of: see [plan.Action.Undo].
	Was string `json:"was,omitempty"`
	// Gives is what it gives back: the decision on the record may be another one by now.
	Gives exposure.Meaning `json:"gives,omitzero"`
	Begun time.Time        `json:"begun"`
	// Ended and Outcome are zero while nobody knows.
	Ended   time.Time       `json:"ended,omitzero"`
	Outcome finding.Outcome `json:"outcome,omitempty"`
	Code    string          `json:"code,omitempty"`
	Unblock string          `json:"unblock,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// Notes is what the report found out about a record, as of one revision.
type Notes struct {
	Revision int              `json:"revision"`
	Severity finding.Severity `json:"severity"`
	Escape   bool             `json:"escape"`
	Witness  *finding.Witness `json:"witness,omitempty"`
	Services []string         `json:"services,omitempty"`
	GivesUp  *finding.Witness `json:"givesUp,omitempty"`
	Affects  []string         `json:"affects,omitempty"`
	Diff     []string         `json:"diff,omitempty"`
	Opener   *finding.Call    `json:"opener,omitempty"`
	Unknown  []string         `json:"unknown,omitempty"`
}

// pending is the latest attempt, where nobody knows what it did: the process ended, or no
// answer came. It is nil where that is known.
func (r *Record) pending() *Attempt {
	if n := len(r.Attempts); n > 0 {
		if a := &r.Attempts[n-1]; a.Ended.IsZero() || a.Outcome == finding.Unconfirmed {
			return a
		}
	}
	return nil
}

// differs reports whether what is found now is told otherwise than before.
func (r *Record) differs(e Entry) bool {
	was, is := r.Decision, e.Decision
	return r.Revision == 0 && !e.Deferred && !is.Acts() ||
		was.Drift != is.Drift || was.Attached != is.Attached || was.Required != is.Required || was.Rule != is.Rule ||
		was.Mode != is.Mode || was.Action() != is.Action() || was.Meaning.Relation != is.Meaning.Relation || was.Meaning.Denials != is.Meaning.Denials ||
		was.PolicyOpen != is.PolicyOpen || was.Kept.Waiting() != is.Kept.Waiting()
}
