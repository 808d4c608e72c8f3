package forms

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// Kind says which function reads a text.
type Kind uint8

// The kinds.
const (
	// Unknown is text without events so far. [Lines] finds events that follow later.
	Unknown Kind = iota
	// JSON is one value or several, on any lines: see [Value].
	JSON
	// Table has rows and columns: see [CSV].
	Table
	// Text has JSON in its lines: see [Lines].
	Text
)

// KindOf returns the kind of a text by its beginning: some thousand bytes, or all if there are fewer.
func KindOf(begin []byte) Kind {
	begin = bytes.TrimLeft(bytes.TrimPrefix(begin, []byte("\ufeff")), " \t\r\n")
	line, _, _ := bytes.Cut(begin, []byte("\n"))
	switch {
	case len(begin) == 0:
		return Unknown
	case begin[0] == '{' || begin[0] == '[':
		return JSON
	}
	r := csv.NewReader(strings.NewReader(string(line)))
	r.Comma = comma(line)
	if header, err := r.Read(); err == nil && isHeader(names(header)) {
		return Table
	}
	switch {
	case begin[0] == '"':
		return JSON
	case bytes.Contains(begin, []byte(`{"`)) || bytes.Contains(begin, []byte("{\n")):
		return Text
	}
	return Unknown
}
