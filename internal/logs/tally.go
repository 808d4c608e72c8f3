package logs

import (
	"fmt"
	"maps"
	"slices"
)

// Reasons why events are skipped.
const (
	Elsewhere Reason = "of other services"
	Reads     Reason = "of IAM that change no principal"
	Outside   Reason = "outside of the time asked for"
	Foreign   Reason = "of accounts not asked for"
)

// OfEvents are the reasons why events are skipped. The other reasons are for input without events.
var OfEvents = []Reason{Elsewhere, Reads, Outside, Foreign}

// Tally counts what was read, and what was kept.
type Tally struct {
	// Files is the number of files read, Bytes the size of their text, and Unread how much of that was never decoded,
	// because its source and name are irrelevant.
	Files         int
	Bytes, Unread int64
	// Events is how many events were found, kept or skipped.
	Events, Kept int
	// Passed counts what was skipped, by reason.
	Passed map[Reason]int
	// Incomplete lists what could not be read, and why, such as a truncated file.
	Incomplete []string
}

// Reasons returns the reasons of what was skipped, most frequent first.
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

// add adds the tally of one file.
func (t *Tally) add(file Tally) {
	t.Files += file.Files
	t.Bytes += file.Bytes
	t.Unread += file.Unread
	t.Events += file.Events
	t.Kept += file.Kept
	t.Pass(file.Passed)
	t.Incomplete = append(t.Incomplete, file.Incomplete...)
}

// Pass adds to the count of what is skipped.
func (t *Tally) Pass(counts map[Reason]int) {
	for why, n := range counts {
		t.pass(why, n)
	}
}

// pass counts what is skipped.
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
