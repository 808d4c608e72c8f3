package ledger

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/target"
)

// Item is all that is remembered of one target.
type Item struct {
	Key string `json:"key"`
	// Version is that of the stored item, 0 for one that is not stored. Whoever writes it
	// says which version was read, so that no write is lost.
	Version int64 `json:"-"`

	Kind      target.Kind `json:"kind"`
	Partition string      `json:"partition"`
	Account   string      `json:"account"`
	// ARN and ID name the target as it was last seen.
	ARN string `json:"arn"`
	ID  string `json:"id,omitempty"`
	// Made is when the principal was made that a name leads to.
	Made time.Time `json:"made,omitzero"`

	// Opened counts the findings that were opened.
	Opened int `json:"opened"`
	// Records are the findings, oldest first: the latest one, and those before it that
	// somebody is still to be told of.
	Records []Record `json:"records,omitempty"`
	// Repairs are when repairs were done in the last seven days, oldest first.
	Repairs []time.Time `json:"repairs,omitempty"`
	// Openers are the calls that made the latest repairs necessary.
	Openers []Opener `json:"openers,omitempty"`
	// Seen are the ids of the records that were taken as evidence lately.
	Seen []string `json:"seen,omitempty"`
	// Settled is when the target was last known to be inside after it had been outside.
	Settled time.Time `json:"settled,omitzero"`
	// Look is when the latest look that was asked for is due.
	Look time.Time `json:"look,omitzero"`
	// Telling is until when somebody is at telling what is owed.
	Telling time.Time `json:"telling,omitzero"`
	// Gone is when the target was deleted.
	Gone time.Time `json:"gone,omitzero"`
	// Updated is when the item was last changed.
	Updated time.Time `json:"updated,omitzero"`
}

// Opener is a call that made a repair necessary, and who made it.
type Opener struct {
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
}

// Record is one finding, from its opening on.
type Record struct {
	ID       string         `json:"id"`
	Revision int            `json:"revision"`
	Status   finding.Status `json:"status"`
	// Once is set for what a call was, and not what a target is: it is told, and nothing
	// that is seen later resolves it.
	Once bool `json:"once,omitempty"`
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
	Was   string    `json:"was,omitempty"`
	Begun time.Time `json:"begun"`
	// Ended and Outcome are zero while nobody knows.
	Ended   time.Time       `json:"ended,omitzero"`
	Outcome finding.Outcome `json:"outcome,omitempty"`
	Code    string          `json:"code,omitempty"`
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

// PrincipalKey is the key of the item of a user or role: its unique id tells it from
// another one of the same name, and stays when the name changes.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func PrincipalKey(account, id string) string { return key("principal", account, id) }

// NameKey is the key of what is known of a name: which principal had it, and whether it
// was deleted.
func NameKey(t target.Target) string { return key("name", t.Account, string(t.Ref.Kind), t.Ref.Name) }

// TargetKey is the key of the item of every other target.
func TargetKey(t target.Target) string { return key(string(t.Kind), t.Account, t.ARN) }

// WalkKey is the key of the walks over an account.
func WalkKey(account, boundary string) string { return key("walk", account, boundary) }

func key(parts ...string) string { return strings.Join(parts, "#") }

// open is the record of what the target is now, nil where it is inside.
func (i *Item) open() *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if r := &i.Records[n]; !r.Once {
			if r.Status == finding.Open {
				return r
			}
			return nil
		}
	}
	return nil
}

// Open gives the finding that stands, and whether there is one.
func (i Item) Open() (Record, bool) {
	if r := i.open(); r != nil {
		return *r, true
	}
	return Record{}, false
}

// latest is the latest record of what the target was, nil where there is none.
func (i *Item) latest() *Record {
	for n := len(i.Records) - 1; n >= 0; n-- {
		if !i.Records[n].Once {
			return &i.Records[n]
		}
	}
	return nil
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

// Pending is the latest attempt on what is open, where nobody knows what it did.
func (i Item) Pending() (Attempt, bool) {
	if r := i.open(); r != nil {
		if a := r.pending(); a != nil {
			return *a, true
		}
	}
	return Attempt{}, false
}

// LastAttempt is the latest write, whatever became of it; ok is false where there is none.
func (i Item) LastAttempt() (a Attempt, ok bool) {
	if r := i.latest(); r != nil && len(r.Attempts) > 0 {
		return r.Attempts[len(r.Attempts)-1], true
	}
	return Attempt{}, false
}

// Covers reports whether the records of the item already tell of a piece of evidence.
func (i Item) Covers(e Evidence) bool {
	return slices.Contains(i.Seen, e.Event.ID) || i.covering(e) != nil
}
