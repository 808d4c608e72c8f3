package forms

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
)

// Lines calls each for the events in text with independent lines: with JSON after a time, as CloudWatch
// Logs exports it, or between tabs, as the AWS CLI prints it with --output text. See [Value] for
// passed. The error is that of each, or of the reader.
func Lines(in io.Reader, each func(record json.RawMessage) error, passed func(reason Reason, n int)) error {
	var t tally
	defer func() { t.report(passed) }()
	w := walker{each: each}
	r := bufio.NewReaderSize(in, 64<<10)
	var line []byte
	for large := false; w.err == nil; {
		part, err := r.ReadSlice('\n')
		if large = large || len(line)+len(part) > mostRow; !large {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if large {
			t[TooLarge]++
		} else {
			w.left = most
			w.text(line, 0, &t)
		}
		if line, large = line[:0], false; err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	return w.err
}
