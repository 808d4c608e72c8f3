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

// Phase is how far a sweep has come.
type Phase string

// The phases.
const (
	Reading   Phase = ""
	Policies  Phase = "policies"
	Findings  Phase = "findings"
	Deciding  Phase = "deciding"
	OwnParts  Phase = "parts"
	Done      Phase = "done"
	Abandoned Phase = "abandoned"
)

// mostOutside is how many of those that are to be written a state has: more than may be, by
// far, and no more than fit into a message.
const mostOutside = 100

// State is a sweep between two invocations. The zero value is one that is to begin.
type State struct {
	// Started is when it began, which is its name too.
	Started time.Time `json:"started,omitzero"`
	Phase   Phase     `json:"phase,omitempty"`
	// Marker is where the next page begins.
	Marker string `json:"marker,omitempty"`
	// Tries is how often this part was not judged whole.
	Tries int `json:"tries,omitempty"`

	Partition string `json:"partition,omitempty"`
	Account   string `json:"account,omitempty"`
	// Pages and Seen are how many pages were read and principals judged, and Unjudged how many
	// could not be.
	Pages    int `json:"pages,omitempty"`
	Seen     int `json:"seen,omitempty"`
	Unjudged int `json:"unjudged,omitempty"`
	// Drift counts what is outside.
	Drift map[finding.Drift]int `json:"drift,omitempty"`
	// Writes is how many of these would be written, and Outside the first of them.
	Writes  int             `json:"writes,omitempty"`
	Outside []target.Target `json:"outside,omitempty"`
	// Handed is how many were handed to enforce, and Held how many would have been.
	Handed int `json:"handed,omitempty"`
	Held   int `json:"held,omitempty"`
	// Parts are the parts of Ringfence that differed at the first look, Differ is how many still
	// did at the second and were handed on, and Unread why others could not be read.
	Parts  []ownparts.Difference `json:"parts,omitempty"`
	Differ int                   `json:"differ,omitempty"`
	Unread []string              `json:"unread,omitempty"`
}

// Over reports whether nothing is left to do.
func (st State) Over() bool { return st.Phase == Done || st.Phase == Abandoned }

// Name tells one sweep from another.
func (st State) Name() string { return "sweep-" + st.Started.UTC().Format(time.RFC3339) }

// Drifted is how many targets are outside.
func (st State) Drifted() (n int) {
	for _, count := range st.Drift {
		n += count
	}
	return n
}

// Check reports what is wrong with a state that came as a message.
func (st State) Check() error {
	for _, t := range st.Outside {
		if t.Kind != target.Principal && t.Kind != target.Policy || t.Account != st.Account {
			return errclass.New(errclass.BadInput, "outside: %s is no principal and no policy of account %s", t, st.Account)
		}
	}
	switch {
	case len(st.Outside) > mostOutside:
		return errclass.New(errclass.BadInput, "outside: %d are more than %d", len(st.Outside), mostOutside)
	case !slices.Contains([]Phase{Reading, Policies, Findings, Deciding, OwnParts}, st.Phase):
		return errclass.New(errclass.BadInput, "phase: %q is none", st.Phase)
	case st.Started.IsZero() && (st.Marker != "" || st.Phase != Reading):
		return errclass.New(errclass.BadInput, "started: missing")
	}
	return nil
}

func (st State) begun(now time.Time) State {
	if st.Started.IsZero() {
		st.Started = now.UTC().Truncate(time.Second)
	}
	return st
}

func (st State) at(p Phase) State {
	st.Phase, st.Marker = p, ""
	return st
}

// clone shares nothing with the state, which must stay as it is where a part fails.
func (st State) clone() State {
	if st.Drift = maps.Clone(st.Drift); st.Drift == nil {
		st.Drift = map[finding.Drift]int{}
	}
	st.Outside = slices.Clone(st.Outside)
	return st
}

// again is the state with another try of the same part.
func (st State) again() State {
	st.Tries++
	return st
}

// outside notes a target that is to be written.
func (st *State) outside(t target.Target) {
	if st.Writes++; len(st.Outside) < mostOutside {
		st.Outside = append(st.Outside, t.WithID(t.ID)) // it is read again
	}
}
