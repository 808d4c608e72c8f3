package logs

import (
	"github.com/ringfence/ringfence/internal/input"
	"github.com/ringfence/ringfence/internal/logs/split"
)

// tools are what one file after the other is read with: a log may have a million small ones.
type tools struct {
	texts    input.Reader
	splitter split.Splitter
	calls    map[string]Reason
	call     []byte
	// ahead is set where processors are left to unpack in a goroutine of its own.
	ahead bool
}

// Calls that are known are so many at the most, and their names no longer than this. AWS has some
// twenty thousand.
const maxCalls, maxCall = 1 << 15, 200

// known looks up why a call is of no concern, and judges the calls that it has not met before.
func (t *tools) known(e split.Element, judge func(source, name string) Reason) Reason {
	// No quotation mark is within a source or a name.
	t.call = append(append(append(t.call[:0], e.Source...), '"'), e.Name...)
	why, ok := t.calls[string(t.call)] // makes no string
	if ok {
		return why
	}
	why = judge(string(e.Source), string(e.Name))
	if len(t.call) > maxCall || len(t.calls) == maxCalls {
		return why
	}
	if t.calls == nil {
		t.calls = map[string]Reason{}
	}
	t.calls[string(t.call)] = why
	return why
}
