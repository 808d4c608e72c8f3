package replay

import (
	"fmt"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// told is what the log says about principals and policies from its beginning until a state was taken.
type told struct {
	begin, end time.Time // of the log
	taken      time.Time // zero for before the log
	of         map[string]*tale
	policies   map[string]bool
}

// tale is what the log says about the principal of a name.
type tale struct {
	first         trail.Record // that is about it
	made, deleted time.Time    // the last of these, zero where there is none
	renamed       bool
	id            string // that it was made with
	// boundary is the last boundary in the log; nil if it has none.
	boundary *string
	at       time.Time
}

func name(r principal.Ref) string {
	return strings.Join([]string{r.Partition, r.Account, string(r.Kind), iam.Key(r.Name)}, "/")
}

// told reads the log ahead, up to the time of the state.
func (w *world) told(log *logs.Log) *told {
	t := &told{taken: w.options.StateTaken, of: map[string]*tale{}, policies: map[string]bool{}}
	for r := range log.All() { // an error is met again where it is played
		if t.seenAfter(r.Time) {
			continue
		}
		raw, err := trail.Read(r.Raw)
		if err != nil || raw.Time.IsZero() {
			continue // that is said where it is played
		}
		if t.end = raw.Time; t.begin.IsZero() {
			t.begin = raw.Time
		}
		if t.taken.IsZero() {
			return t // only its beginning matters
		}
		if change, err := raw.Change(); err == nil && !raw.Time.After(t.taken) {
			t.add(change)
		}
	}
	return t
}

// seenAfter notes an event after the states were taken. Only its time matters here, so it is decoded only when it is
// replayed.
func (t *told) seenAfter(at time.Time) bool {
	if t.taken.IsZero() || !at.After(t.taken) || t.begin.IsZero() {
		return false
	}
	t.end = at.Truncate(time.Second)
	return true
}

func (t *told) add(c trail.Change) {
	switch s := c.Subject.(type) {
	case trail.ManagedPolicy:
		t.policies[s.ARN] = t.policies[s.ARN] || s.Deleted || s.Document != nil || s.Version != ""
	case trail.Principal:
		if s.Moved.Was != "" {
			was := s.Ref
			was.Name = s.Moved.Was
			t.tale(was, c.Record).renamed, t.tale(s.Ref, c.Record).renamed = true, true
		}
		of := t.tale(s.Ref, c.Record)
		if s.Made != nil {
			of.made, of.deleted, of.id = c.Time, time.Time{}, s.ID
		}
		if s.Deleted {
			of.deleted = c.Time
		}
		if s.Boundary != nil {
			of.boundary, of.at = s.Boundary, c.Time
		}
	}
}

func (t *told) tale(ref principal.Ref, r trail.Record) *tale {
	key := name(ref)
	if t.of[key] == nil {
		t.of[key] = &tale{first: r}
	}
	return t.of[key]
}

// contradiction says how a principal of the state differs from the one in the log, or returns "".
func (t *told) contradiction(p *authdetails.Principal, of *tale) string {
	const day = "2006-01-02T15:04:05Z"
	created := p.Created.UTC().Format(day)
	switch {
	case t.taken.IsZero():
		if p.Created.After(t.begin) && !t.begin.IsZero() {
			return fmt.Sprintf("%s was created %s by its state, which is after the log begins (%s): say when the state was taken", p.ARN(), created, t.begin.Format(day))
		}
	case of == nil || of.renamed:
		if p.Created.After(t.begin) && p.Created.Before(t.end) {
			return fmt.Sprintf("%s was created %s by its state, and the log has no record of that", p.ARN(), created)
		}
	case !of.deleted.IsZero() && p.Created.Before(of.deleted):
		return fmt.Sprintf("%s was deleted %s by the log, and its state has it, created %s", p.ARN(), of.deleted.Format(day), created)
	case !of.deleted.IsZero(), of.made.IsZero() && p.Created.Truncate(time.Second).After(of.first.Time):
		return fmt.Sprintf("%s was created %s by its state, after %s at %s, and the log has no record of that", p.ARN(), created, of.first.Name, of.first.Time.Format(day))
	case of.id != "" && p.ID != "" && of.id != p.ID:
		return fmt.Sprintf("%s was made with the id %s by the log, and has %s by its state", p.ARN(), of.id, p.ID)
	case of.boundary != nil && *of.boundary != p.Boundary:
		return fmt.Sprintf("%s carried %s from %s on by the log, and %s by its state", p.ARN(), or(*of.boundary, "no boundary"), of.at.Format(day), or(p.Boundary, "no boundary"))
	}
	return ""
}
