package replay

import (
	"maps"
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/trail"
)

// iamSource is the event source of IAM.
const iamSource = "iam.amazonaws.com"

// Reading returns how to read a log for a replay: which calls matter, and their order within one second.
func Reading() logs.Options {
	return logs.Options{
		Matters: func(source, name string) bool { return matters[trail.Call{Source: source, Name: name}] },
		Rank:    apply.Rank,
	}
}

// Calls returns the calls that matter, sorted: those that Ringfence watches, and those that change what it looks at.
func Calls() []trail.Call {
	return slices.SortedFunc(maps.Keys(matters), trail.Call.Compare)
}

// matters is never modified.
var matters = func() map[trail.Call]bool {
	all := map[trail.Call]bool{}
	for _, c := range trail.Watched() {
		all[c] = true
	}
	for _, name := range apply.Writes() {
		all[trail.Call{Source: iamSource, Name: name}] = true
	}
	return all
}()
