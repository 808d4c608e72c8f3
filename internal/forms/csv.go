package forms

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// mostRow is the maximum size of a row of a table or a line of text, in bytes.
const mostRow = 16 << 20

// CSV calls each for the event in every row of a table: what Athena and CloudTrail Lake write to S3,
// Splunk's exports, and the console's event history. Commas, tabs or semicolons separate the columns,
// and the first row has their names. See [Value] for passed. The error is that of each, or of the
// reader.
func CSV(in io.Reader, each func(record json.RawMessage) error, passed func(reason Reason, n int)) error {
	var t tally
	defer func() { t.report(passed) }()
	w := walker{each: each}
	rows := &capped{in: in}
	buffered := bufio.NewReaderSize(rows, 64<<10)
	begin, err := buffered.Peek(64 << 10)
	if err != nil && err != io.EOF {
		return err
	}
	if bytes.HasPrefix(begin, []byte("\ufeff")) {
		_, _ = buffered.Discard(len("\ufeff"))
		begin = begin[len("\ufeff"):]
	}
	r := csv.NewReader(buffered)
	r.FieldsPerRecord, r.ReuseRecord, r.Comma = -1, true, comma(begin)
	var columns []string
	for w.err == nil {
		rows.read, w.left = 0, most
		values, err := r.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, errTooLarge):
			t[TooLarge]++
			return nil
		case errors.As(err, &bad):
			t[cutOrNot(bad)]++
			continue
		case err != nil:
			return err
		case columns == nil:
			columns = names(values)
			continue
		case len(values) < len(columns):
			t[Cut]++
			continue
		}
		var inner tally
		if w.row(columns, values, 0, &inner) == 0 && inner == (tally{}) {
			inner[NoEvent]++
		}
		t.add(inner)
	}
	return w.err
}

// cutOrNot distinguishes a quote that is never closed from one in the wrong place.
func cutOrNot(err *csv.ParseError) Reason {
	if err.StartLine != err.Line || errors.Is(err, csv.ErrQuote) && err.Column > 1 {
		return Cut
	}
	return NotJSON
}

// comma returns the character that separates the columns of the first line.
func comma(begin []byte) rune {
	line, _, _ := bytes.Cut(begin, []byte("\n"))
	for _, c := range []rune{'\t', ';'} {
		if n := strings.Count(string(line), string(c)); n > 0 && n >= bytes.Count(line, []byte(",")) {
			return c
		}
	}
	return ','
}

func names(values []string) []string {
	columns := make([]string, len(values))
	for i, value := range values {
		columns[i] = plain(value)
	}
	return columns
}

// isHeader reports whether columns contain events, in one column or in several.
func isHeader(columns []string) bool {
	if slices.Contains(columns, "eventname") && slices.Contains(columns, "eventsource") {
		return true
	}
	return slices.ContainsFunc(columns, func(c string) bool { return slices.Contains(originals, c) })
}

var errTooLarge = errors.New("a row that is too large")

// capped is a reader that returns an error if a row is too large.
type capped struct {
	in   io.Reader
	read int
}

func (c *capped) Read(p []byte) (int, error) {
	if c.read > mostRow {
		return 0, errTooLarge
	}
	n, err := c.in.Read(p)
	c.read += n
	return n, err
}
