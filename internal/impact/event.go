package impact

import (
	"github.com/ringfence/ringfence/internal/apicall"
	"github.com/ringfence/ringfence/internal/trail"
)

// event is one event of a log that was read.
type event struct {
	view apicall.View
	// other is true for an event that is not the record of a call. err says why it cannot be read.
	other bool
	err   error
}

// read reads an event. Its text must not change while the event is in use.
func (e *event) read(raw []byte) {
	e.other, e.err = false, nil
	if e.view.Read(raw) {
		return
	}
	e.view = apicall.View{}
	read, err := trail.Read(raw)
	switch {
	case err != nil:
		e.err = err
	case read.Event == nil, read.Corrects: // a copy of a record
		e.other = true
	default:
		r := apicall.FromEvent(read.Event)
		e.view = r.View()
	}
}
