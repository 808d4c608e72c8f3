package sim

import (
	"fmt"
	"time"
)

// Options are what a story is made of.
type Options struct {
	Seed uint64
	// Steps is how many things the adversary sets out to do, within Length or so.
	Steps  int
	Length time.Duration
	// Only, where set, are the numbers of the steps that are done: all others are left
	// out. Without are the ids of faults that are left out; Keep, where set, are those of
	// the only ones that happen.
	Only          []int
	Without, Keep []string
	// Told has the story written down.
	Told bool
	// Calls adds every call to it.
	Calls bool
}

// Result is what came of a story.
type Result struct {
	Steps, Writes, Findings, Kills, Invocations, Parked, Races, Twice int
	Faults                                                            map[string]int
	Broken                                                            []Broken
	// IDs are the faults that happened.
	IDs  []string
	Hash uint64
	// Lines is the story, where it was told.
	story story
}

// Broken is a promise that was broken.
type Broken struct {
	// Promise is the letter of the invariant: see the package.
	Promise string
	What    string
}

// breaks notes a broken promise.
func (r *Result) breaks(w *World, promise, format string, args ...any) {
	b := Broken{promise, fmt.Sprintf(format, args...)}
	r.Broken = append(r.Broken, b)
	w.log.add("BROKEN", "(%s) %s", b.Promise, b.What)
}
