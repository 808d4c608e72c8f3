package logs

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/logs/split"
	"github.com/ringfence/ringfence/internal/trail"
)

// file is one file that is being read.
type file struct {
	*reader
	*tools
	source Source
	number int
	tally  Tally
	// broken is set for JSON with something else in it, which is unknown.
	broken bool
}

// errDisk is an error of the disk on which events are sorted.
type errDisk struct{ error }

// errEach is an error of the function that takes the events.
type errEach struct{ error }

func wrapped(err error) error {
	if err != nil {
		return errEach{err}
	}
	return nil
}

// read reads the file to its end, or as far as possible. Its error stops the reading of all files.
func (f *file) read(ctx context.Context) error {
	body, err := f.source.Open(ctx)
	if err == nil {
		err = f.text(&watched{ctx: ctx, in: body, progress: f.Progress})
		err = errors.Join(err, body.Close())
	}
	var disk errDisk
	var each errEach
	switch {
	case err == nil:
	case errors.As(err, &each):
		return each.error
	case errors.As(err, &disk):
		return fmt.Errorf("sorting the events: %w", disk.error)
	case errors.Is(err, split.ErrCut), errors.Is(err, io.ErrUnexpectedEOF):
		f.tally.incomplete("%s: the file ends in the middle, after %d whole events", f.source.Name, f.tally.Events)
	default:
		f.tally.incomplete("%s: %w, after %d events", f.source.Name, err, f.tally.Events)
	}
	return nil
}

// text returns a reader of the unpacked contents.
func (f *file) text(in io.Reader) error {
	text, err := f.texts.Text(in)
	if err != nil {
		return err
	}
	b := bufio.NewReaderSize(text, 1<<16)
	begin, err := b.Peek(1 << 12)
	if err != nil && !errors.Is(err, io.EOF) && len(begin) == 0 {
		return err
	}
	kind := forms.KindOf(begin)
	text = b
	if f.ahead && f.texts.Unpacks() {
		a := readAhead(b)
		defer a.close()
		text = a
	}
	if kind == forms.JSON {
		f.splitter.Reset(text)
		return f.elements(&f.splitter)
	}
	text = io.TeeReader(text, (*counter)(&f.tally.Bytes))
	if kind == forms.Table {
		return forms.CSV(text, f.record, f.form)
	}
	return forms.Lines(text, f.record, f.form)
}

// counter counts bytes that are read.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// elements reads JSON without decoding irrelevant events.
func (f *file) elements(s *split.Splitter) error {
	defer func() {
		f.tally.Bytes = s.Offset()
		if n := s.Text(); n > 0 {
			f.form(forms.NotJSON, n)
			f.broken = true
		}
	}()
	for {
		e, end := s.Next()
		if f.each != nil && e.Name != nil && end == nil {
			if err := f.record(e.Raw); err != nil {
				return err
			}
			continue
		}
		if why := f.unread(e); why != "" {
			f.tally.Events++
			f.tally.Unread += int64(len(e.Raw))
			f.tally.pass(why, 1)
			continue
		}
		if e.Raw != nil {
			if err := forms.Value(e.Raw, f.record, f.form); err != nil {
				return err
			}
		}
		if errors.Is(end, io.EOF) {
			return nil
		}
		if end != nil {
			return end
		}
	}
}

// aws is the end of the names of AWS services.
var aws = []byte(".amazonaws.com")

// unread returns why an element needs no decoding, or "" if it does.
func (f *file) unread(e split.Element) Reason {
	if f.everything || f.each != nil || len(e.Name) == 0 || !bytes.HasSuffix(e.Source, aws) {
		return ""
	}
	return f.known(e, f.unconcerned)
}

// unconcerned returns why a call is irrelevant, or "" if it may be relevant.
func (f *file) unconcerned(source, name string) Reason {
	switch {
	case f.Matters(source, name):
		return ""
	case source == "iam.amazonaws.com" || source == "sso.amazonaws.com":
		return Reads
	}
	return Elsewhere
}

// record adds one event. It keeps an event that cannot be read: the error is reported when the event is judged.
func (f *file) record(raw json.RawMessage) error {
	f.tally.Events++
	if f.each != nil {
		f.tally.Kept++
		return wrapped(f.each(f.goroutine, raw))
	}
	event, err := trail.Read(raw)
	if err != nil {
		event.Source, event.Name = call(raw)
	}
	if event.Source != "" && event.Name != "" {
		if why := f.unwanted(event.Record); why != "" {
			f.tally.pass(why, 1)
			return nil
		}
	}
	f.tally.Kept++
	err = f.keep(Record{
		Raw: bytes.Clone(raw), File: f.source.Name, Index: f.tally.Events, Time: event.Time,
		rank: f.Rank(event.Name), file: f.number,
	})
	if err != nil {
		return errDisk{err}
	}
	return nil
}

// call returns the call of a record that is invalid in another way, as far as the record has it.
func call(raw json.RawMessage) (source, name string) {
	var record struct{ EventSource, EventName string }
	_ = json.Unmarshal(raw, &record)
	return record.EventSource, record.EventName
}

// unwanted returns why an event is filtered out, or "".
func (f *file) unwanted(event trail.Record) Reason {
	if why := f.unconcerned(event.Source, event.Name); why != "" {
		return why
	}
	switch {
	case event.Account == "": // it is said when it is judged
	case len(f.Accounts) > 0 && !slices.Contains(f.Accounts, event.Account):
		return Foreign
	case event.Time.IsZero(): // the same
	case !f.Since.IsZero() && event.Time.Before(f.Since), !f.Until.IsZero() && !event.Time.Before(f.Until):
		return Outside
	}
	return ""
}

// form counts input without an event.
func (f *file) form(why forms.Reason, n int) { f.tally.pass(Reason(why.String()), n) }

// harmless are the reasons for which no event can have been missed.
var harmless = append(slices.Clone(OfEvents), Reason(forms.NoEvent.String()), Reason(forms.Digest.String()))

// end adds the results of the file to the log.
func (f *file) end() {
	name := f.source.Name
	for _, why := range f.tally.Reasons() {
		if slices.Contains(harmless, why) || why == Reason(forms.NotJSON.String()) && !f.broken {
			continue
		}
		f.tally.incomplete("%s: %d passed over: %s", name, f.tally.Passed[why], why)
	}
	if f.tally.Events == 0 && f.source.Named && len(f.tally.Incomplete) == 0 {
		f.tally.incomplete("%s: %s", name, forms.NoEvent)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reader.tally.add(f.tally)
	for _, why := range f.tally.Reasons() {
		f.Passed(name, why, f.tally.Passed[why])
	}
}

// watched is a file whose reading reports progress and can be stopped.
type watched struct {
	ctx      context.Context
	in       io.Reader
	progress func(int)
}

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.in.Read(p)
	w.progress(n)
	return n, err
}
