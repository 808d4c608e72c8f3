package replay

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/logs"
)

// Summary says what a replay came to, and whether it came to its end.
type Summary struct {
	// Events is how many of the events that the log keeps were reached. Each is a duplicate, or
	// was judged, or concerns no boundary (Ignored), or has an error.
	Events, Duplicates, Judged, Ignored int
	// Errors is how many events were not handled, Ringfence's own included.
	Errors int
	// Findings is how many findings there are, each counted once, however often it was told.
	// Assumed are those that rest on what no record and no state tells, Unproven those where
	// what is in force could not be compared with what is required.
	Findings, Assumed, Unproven int
	// AssumedInside is how many principals were found inside, or of no concern, by a path and
	// tags that no record and no state tells.
	AssumedInside int
	// Contradictions name what the log and the states say differently of one time: then one of
	// them lacks something.
	Contradictions []string
	// Complete is set where everything that was given was read and judged. Without it,
	// Missing says what was not, and there is no verdict.
	Complete bool
	Missing  []string
}

// named is how many errors a summary names.
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

// summary ends the count: err is why the run ended, nil at its end.
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
