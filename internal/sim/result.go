package sim

import (
	"fmt"
	"time"
)

// Options define a story.
type Options struct {
	Seed uint64
	// Steps is how many things the adversary starts, within about Length.
	Steps  int
	Length time.Duration
	// Only, if set, has the numbers of the steps to do: all others are left out. Without has the
	// ids of faults to leave out; Keep, if set, the ids of the only faults that happen.
	Only          []int
	Without, Keep []string
	// Told records the story.
	Told bool
	// Calls adds every call to the story.
	Calls bool
}

// Result is the result of a story.
type Result struct {
	Steps, Writes, Findings, Kills, Invocations, Parked, Races, Twice int
	Faults                                                            map[string]int
	Broken                                                            []Broken
	// IDs are the faults that happened.
	IDs  []string
	Hash uint64
	// story is the recorded story, if Told is set.
	story story
}

// Broken is a broken promise.
type Broken struct {
	// Promise is the letter of the promise: see the package comment.
	Promise string
	What    string
}

// breaks adds a broken promise.
func (r *Result) breaks(w *World, promise, format string, args ...any) {
	b := Broken{promise, fmt.Sprintf(format, args...)}
	r.Broken = append(r.Broken, b)
	w.log.add("BROKEN", "(%s) %s", b.Promise, b.What)
}
