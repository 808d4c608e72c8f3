package main

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

// Floor compares a function with the minimum for the same calls. The ratios are the function's
// figure divided by the floor's, run by run.
type Floor struct {
	Bare
	InitRatio  measure.Spread `json:"initRatio"`
	FirstRatio measure.Spread `json:"firstRatio"`
	WarmRatio  measure.Spread `json:"warmRatio"`
	// FirstCalls and WarmCalls are the calls that both make, and which wait for which.
	FirstCalls string `json:"firstCalls"`
	WarmCalls  string `json:"warmCalls"`
	// Differences report events for which the calls differ. If there are any, the ratios compare
	// different things.
	Differences []string `json:"differences"`
}

// The limits of the ratios.
const (
	initLimit = 1.2
	warmLimit = 1.3
)

// compare summarizes the alternating runs of a function and the floor.
func compare(function, floor *contender) *Floor {
	ratio := func(figure func(bareRun) float64) measure.Spread {
		var values []float64
		for i := range function.runs {
			values = append(values, figure(function.runs[i])/figure(floor.runs[i]))
		}
		return measure.Of(values)
	}
	return &Floor{
		Bare:        *floor.bare(),
		InitRatio:   ratio(func(r bareRun) float64 { return r.init }),
		FirstRatio:  ratio(func(r bareRun) float64 { return r.first }),
		WarmRatio:   ratio(func(r bareRun) float64 { return r.warm }),
		Differences: differences(function, floor),
	}
}

// differences compares the calls of each event.
func differences(function, floor *contender) []string {
	var all []string
	seen := map[string]int{}
	for run := range function.runs {
		for i, made := range function.runs[run].calls {
			if least := floor.runs[run].calls[i]; !made.Equal(least) {
				what := fmt.Sprintf("the function made %s, and the floor %s", made, least)
				if seen[what]++; seen[what] == 1 {
					all = append(all, what)
				}
			}
		}
	}
	for i, what := range all {
		all[i] = fmt.Sprintf("for %d events %s", seen[what], what)
	}
	return all
}
