package logs

import (
	"fmt"
	"maps"
	"slices"
)

// Reasons why events are passed over.
const (
	Elsewhere Reason = "of other services"
	Reads     Reason = "of IAM that change no principal"
	Outside   Reason = "outside of the time asked for"
	Foreign   Reason = "of accounts not asked for"
)

// OfEvents are the reasons why events are passed over. The others are of what gave no event.
var OfEvents = []Reason{Elsewhere, Reads, Outside, Foreign}

// Tally is what was read, and what became of it.
type Tally struct {
	// Files is how many were read, Bytes how much text they hold, and Unread how much of that
	// was never decoded, since its source and name say that it is of no concern.
	Files         int
	Bytes, Unread int64
	// Events is how many were found: those that are kept, and those that are passed over as not
	// being about principals.
	Events, Kept int
	// Passed is how much was passed over, by reason.
	Passed map[Reason]int
	// Incomplete names what could not be read, and why: a file that is cut, say.
	Incomplete []string
}

// Reasons lists the reasons of what was passed over, most frequent first.
func (t Tally) Reasons() []Reason {
	return slices.SortedFunc(maps.Keys(t.Passed), func(a, b Reason) int {
		if n := t.Passed[b] - t.Passed[a]; n != 0 {
			return n
		}
		if a < b {
			return -1
		}
		return 1
	})
}

// add adds what one file gave.
func (t *Tally) add(file Tally) {
	t.Files += file.Files
	t.Bytes += file.Bytes
	t.Unread += file.Unread
	t.Events += file.Events
	t.Kept += file.Kept
	t.Pass(file.Passed)
	t.Incomplete = append(t.Incomplete, file.Incomplete...)
}

// Pass counts more of what is passed over.
func (t *Tally) Pass(counts map[Reason]int) {
	for why, n := range counts {
		t.pass(why, n)
	}
}

// pass counts what is passed over.
func (t *Tally) pass(why Reason, n int) {
	if t.Passed == nil {
		t.Passed = map[Reason]int{}
	}
	t.Passed[why] += n
}

// incomplete adds what could not be read.
func (t *Tally) incomplete(format string, args ...any) {
	t.Incomplete = append(t.Incomplete, fmt.Errorf(format, args...).Error())
}
