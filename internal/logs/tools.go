package logs

import (
	"github.com/ringfence/ringfence/internal/input"
	"github.com/ringfence/ringfence/internal/logs/split"
)

// tools are the buffers with which files are read one after another: a log may have a million small files.
type tools struct {
	texts    input.Reader
	splitter split.Splitter
	calls    map[string]Reason
	call     []byte
	// goroutine is the number of the goroutine.
	goroutine int
	// ahead is set if processors are free to unpack in another goroutine.
	ahead bool
}

// The maximum number of cached calls, and the maximum length of their names. AWS has about twenty thousand.
const maxCalls, maxCall = 1 << 15, 200

// known returns why a call is irrelevant. It decides that once for each call.
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
