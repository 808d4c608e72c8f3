package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// maxSize is the maximum size of a configuration in bytes. It is far above any real one, and keeps a wrong
// file from being parsed as YAML.
const maxSize = 1 << 20

// parse reads the one YAML document of a file. If it cannot, root is nil.
func (r *reader) parse(data []byte) (root *yaml.Node) {
	switch line, what := badByte(data); {
	case len(data) > maxSize:
		r.whole(1, "has %d bytes; a configuration has at most %d", len(data), maxSize)
		return nil
	case what != "":
		r.whole(line, "%s", what)
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		r.whole(1, "is empty")
		return nil
	} else if err != nil {
		r.syntax(err)
		return nil
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		r.whole(second.Line, "a second document begins here; a configuration has one")
		return nil
	case !errors.Is(err, io.EOF):
		r.syntax(err)
		return nil
	}
	root = doc.Content[0]
	if v := (value{r: r, node: root}); v.isNull() {
		v.problem("is empty")
		return nil
	}
	r.plain(root)
	return root
}

func (r *reader) whole(line int, format string, args ...any) {
	r.problems = append(r.problems, &Problem{File: r.file, Line: max(line, 1), Message: fmt.Sprintf(format, args...)})
}

// The YAML library counts lines from 0 in errors of its parser and from 1 in errors of its scanner. Only
// the text of the error distinguishes them.
var parserError = lazy(`^(did not find expected (<|node content|'-' indicator|key|',' or)|found undefined tag handle|found duplicate|found incompatible)`)

var yamlError = lazy(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

// syntax reports an error of the YAML parser with the line that it names.
func (r *reader) syntax(err error) {
	m := yamlError().FindStringSubmatch(err.Error())
	if m == nil {
		r.whole(1, "is not YAML: %v", err)
		return
	}
	line, _ := strconv.Atoi(m[1]) // 0 if the error has no line; whole makes it 1
	if line > 0 && parserError().MatchString(m[2]) {
		line++
	}
	r.whole(line, "is not YAML: %s", m[2])
}

// badByte finds the first byte that YAML does not allow, because the parser does not report its line.
func badByte(data []byte) (line int, what string) {
	line = 1
	for i := 0; i < len(data); {
		c, size := utf8.DecodeRune(data[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			return line, "is not text in UTF-8"
		case c < ' ' && !strings.ContainsRune("\t\n\r", c), c == 0x7f:
			return line, fmt.Sprintf("has the control character %#x", c)
		case c == '\n':
			line++
		}
		i += size
	}
	return line, ""
}
