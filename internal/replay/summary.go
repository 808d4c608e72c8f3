package replay

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/logs"
)

// Summary is the result of a replay, and whether it is complete.
type Summary struct {
	// Events is how many events of the log were reached. Each is a duplicate, was judged, cannot affect a boundary
	// (Ignored), or has an error.
	Events, Duplicates, Judged, Ignored int
	// Errors is how many events were not handled, including Ringfence's own.
	Errors int
	// Findings is the number of findings; revisions do not count. Assumed is how many of them depend on an assumption,
	// Unproven how many could not be compared with what is required.
	Findings, Assumed, Unproven int
	// AssumedInside is how many principals were inside, or out of scope, by a path and tags that no record or state
	// shows.
	AssumedInside int
	// Contradictions are differences between the log and the states about the same time: one of them is incomplete.
	Contradictions []string
	// Complete is set if all input was read and judged. Otherwise Missing says what was not, and there is no verdict.
	Complete bool
	Missing  []string
}

// named is the number of errors that a summary names.
const named = 20

// tally counts the steps of a replay.
type tally struct {
	Summary
	log   logs.Tally
	marks marks
}

func (t *tally) add(s Step) {
	switch {
	case s.Err != nil:
		if t.Errors++; t.Errors <= named {
			t.Missing = append(t.Missing, s.Err.Error())
		}
	case s.Record == nil:
	case s.Duplicate:
		t.Duplicates++
	case s.Ignored != "":
		t.Ignored++
	default:
		t.Judged++
	}
	if s.Record != nil {
		t.Events++
	}
}

// summary returns the summary. err is why the run ended early, or nil.
func (t *tally) summary(err error) Summary {
	s := t.Summary
	s.Findings, s.Assumed, s.Unproven = len(t.marks.all), len(t.marks.assumed), len(t.marks.unproven)
	s.AssumedInside = len(t.marks.inside)
	if more := s.Errors - named; more > 0 {
		s.Missing = append(s.Missing, fmt.Sprintf("and %d errors more", more))
	}
	if left := t.log.Kept - s.Events; left > 0 {
		s.Missing = append(s.Missing, fmt.Sprintf("%d of %d events were not reached", left, t.log.Kept))
	}
	if err != nil {
		s.Missing = append(s.Missing, err.Error())
	}
	s.Missing = append(slices.Clone(t.log.Incomplete), s.Missing...)
	s.Complete = len(s.Missing) == 0
	return s
}
