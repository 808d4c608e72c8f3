package main

import "github.com/ringfence/ringfence/internal/trail"

// watched is never written to.
var watched = func() map[trail.Call]bool {
	all := map[trail.Call]bool{}
	for _, c := range trail.Watched() {
		all[c] = true
	}
	return all
}()

// matters reports whether a call is one that Ringfence watches.
func matters(source, name string) bool { return watched[trail.Call{Source: source, Name: name}] }
