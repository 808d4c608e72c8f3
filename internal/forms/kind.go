package forms

import (
	"bytes"
	"encoding/csv"
	"strings"
)

// Kind is how a text must be read.
type Kind uint8

// The kinds.
const (
	// Unknown is text that has no events as far as it was seen. [Lines] finds them if there are
	// any further down.
	Unknown Kind = iota
	// JSON is a value, or several in whatever order and on whatever lines: see [Value].
	JSON
	// Table has rows and columns: see [CSV].
	Table
	// Text has JSON within its lines: see [Lines].
	Text
)

// KindOf tells the kind by how a text begins: some thousand bytes, or all where there are less.
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
