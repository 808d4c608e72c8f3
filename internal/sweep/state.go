package sweep

import (
	"maps"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/target"
)

// Phase is the phase of a sweep.
type Phase string

// The phases.
const (
	Listing    Phase = "accounts"
	Forgetting Phase = "forgetting"
	Reading    Phase = ""
	Policies   Phase = "policies"
	Findings   Phase = "findings"
	Deciding   Phase = "deciding"
	OwnParts   Phase = "parts"
	Done       Phase = "done"
	Abandoned  Phase = "abandoned"
)

// maxOutside is how many targets to be written a state holds: far more than may be written, and
// few enough for a message.
const maxOutside = 100

// State is a sweep between two invocations. The zero value is a new sweep.
type State struct {
	// Started is when it began. It is also its name.
	Started time.Time `json:"started,omitzero"`
	Phase   Phase     `json:"phase,omitempty"`
	// Marker is where the next page begins.
	Marker string `json:"marker,omitempty"`
	// Tries is how often this part could not be evaluated completely.
	Tries int `json:"tries,omitempty"`

	// Accounts counts the accounts of an organization of which a sweep was started.
	Accounts int `json:"accounts,omitempty"`
	// Unreachable is why the account could not be entered.
	Unreachable string `json:"unreachable,omitempty"`

	Partition string `json:"partition,omitempty"`
	Account   string `json:"account,omitempty"`
	// Pages and Seen count the pages and the principals read, Unjudged those that could not be
	// evaluated.
	Pages    int `json:"pages,omitempty"`
	Seen     int `json:"seen,omitempty"`
	Unjudged int `json:"unjudged,omitempty"`
	// Drift counts the targets outside.
	Drift map[finding.Drift]int `json:"drift,omitempty"`
	// Writes counts the targets to be written, Outside are the first of them.
	Writes  int             `json:"writes,omitempty"`
	Outside []target.Target `json:"outside,omitempty"`
	// Handed counts the targets handed over to enforce; Held those that would have been if the
	// sweep were not held.
	Handed int `json:"handed,omitempty"`
	Held   int `json:"held,omitempty"`
	// Parts are the parts of Ringfence that differed at first. Differ counts those that still
	// differed later and were handed over. Unread says why others could not be read.
	Parts  []ownparts.Difference `json:"parts,omitempty"`
	Differ int                   `json:"differ,omitempty"`
	Unread []string              `json:"unread,omitempty"`
}

// Finished reports whether nothing is left to do.
func (st State) Finished() bool { return st.Phase == Done || st.Phase == Abandoned }

// Name identifies the sweep.
func (st State) Name() string { return "sweep-" + st.Started.UTC().Format(time.RFC3339) }

// Drifted returns the number of targets outside.
func (st State) Drifted() (n int) {
	for _, count := range st.Drift {
		n += count
	}
	return n
}

// Check checks a state from a message.
func (st State) Check() error {
	for _, t := range st.Outside {
		if t.Kind != target.Principal && t.Kind != target.Policy || t.Account != st.Account {
			return errclass.New(errclass.BadInput, "outside: %s is not a principal or policy of account %s", t, st.Account)
		}
	}
	switch {
	case len(st.Outside) > maxOutside:
		return errclass.New(errclass.BadInput, "outside: %d targets are more than %d", len(st.Outside), maxOutside)
	case !slices.Contains([]Phase{Listing, Forgetting, Reading, Policies, Findings, Deciding, OwnParts}, st.Phase):
		return errclass.New(errclass.BadInput, "phase: %q is unknown", st.Phase)
	case st.Started.IsZero() && (st.Marker != "" || st.Phase != Reading):
		return errclass.New(errclass.BadInput, "started: missing")
	}
	return nil
}

func (st State) started(now time.Time) State {
	if st.Started.IsZero() {
		st.Started = now.UTC().Truncate(time.Second)
	}
	return st
}

func (st State) inPhase(p Phase) State {
	st.Phase, st.Marker = p, ""
	return st
}

// clone shares nothing with the state, which must not change if a step fails.
func (st State) clone() State {
	if st.Drift = maps.Clone(st.Drift); st.Drift == nil {
		st.Drift = map[finding.Drift]int{}
	}
	st.Outside = slices.Clone(st.Outside)
	return st
}

// retried returns the state with another try of the same part.
func (st State) retried() State {
	st.Tries++
	return st
}

// addOutside notes a target to be written.
func (st *State) addOutside(t target.Target) {
	if st.Writes++; len(st.Outside) < maxOutside {
		st.Outside = append(st.Outside, t.WithID(t.ID)) // it is read again
	}
}
