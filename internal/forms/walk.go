package forms

import (
	"bytes"
	"encoding/json"
	"strings"
)

// walker searches values for events.
type walker struct {
	each func(json.RawMessage) error
	// left is how many bytes may still be decompressed.
	left int
	// err is the error of each. It ends the search.
	err error
}

// unit searches a value that is counted as one. If it has neither an event nor another reason, it is
// counted as NoEvent.
func (w *walker) unit(v []byte, depth int, t *tally) int {
	var inner tally
	found := w.look(nil, v, depth, &inner)
	if found == 0 && inner == (tally{}) {
		inner[NoEvent]++
	}
	t.add(inner)
	return found
}

// look reports the events in a value and returns their number. It counts elements of lists and values
// with a serious reason, but not the value itself if it is merely without an event.
func (w *walker) look(key, v []byte, depth int, t *tally) int {
	if w.err != nil {
		return 0
	}
	switch v[0] {
	case '{', '[', '"':
		if depth > deepest {
			t[TooDeep]++
			return 0
		}
	}
	switch v[0] {
	case '{':
		return w.object(v, depth, t)
	case '[':
		var inner tally
		found := w.list(v, depth, &inner)
		if found == 0 && !lists[strings.ToLower(string(key))] {
			inner = inner.serious()
		}
		t.add(inner)
		return found
	case '"':
		return w.quoted(key, v, depth, t)
	}
	return 0
}

// lists are the members of wrappers whose elements are counted one by one, whatever they are.
var lists = map[string]bool{
	"records": true, "events": true, "logevents": true, "messages": true, "hits": true,
	"results": true, "queryresultrows": true,
}

// list searches each element.
func (w *walker) list(v []byte, depth int, t *tally) int {
	if columns, values, ok := cells(v); ok {
		return w.row(columns, values, depth, t)
	}
	found := 0
	st := elements(v, func(e []byte, st state) bool {
		switch {
		case st != whole:
			found += w.look(nil, e, depth+1, t)
		case e[0] == '[':
			found += w.cells(e, depth+1, t)
		default:
			found += w.unit(e, depth+1, t)
		}
		return w.err == nil
	})
	if st == broken {
		t[NotJSON]++
	}
	return found
}

// cells searches an array that is an element of another array: a row of a table.
func (w *walker) cells(v []byte, depth int, t *tally) int {
	if depth > deepest {
		t[TooDeep]++
		return 0
	}
	var inner tally
	found := 0
	if columns, values, ok := cells(v); ok {
		found = w.row(columns, values, depth, &inner)
	} else {
		elements(v, func(e []byte, _ state) bool {
			found += w.look(nil, e, depth+1, &inner)
			return w.err == nil
		})
	}
	if found == 0 && inner == (tally{}) {
		inner[NoEvent]++
	}
	t.add(inner)
	return found
}

// quoted searches the JSON in a string, which may be encoded.
func (w *walker) quoted(key, v []byte, depth int, t *tally) int {
	if bytes.IndexByte(v, '{') < 0 && bytes.IndexByte(v, '\\') < 0 && !mayBeEncoded(key, v) {
		return 0
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return 0
	}
	return w.inside(key, []byte(s), depth+1, t)
}

// inside searches the text of a string or of a cell of a table.
func (w *walker) inside(key, text []byte, depth int, t *tally) int {
	if depth > deepest {
		t[TooDeep]++
		return 0
	}
	if plain, ok := w.decode(key, text, t); ok {
		text = plain
	}
	if bytes.IndexByte(text, '{') < 0 {
		return 0
	}
	var inner tally
	found := w.text(text, depth, &inner)
	if inner[NotJSON] = 0; found == 0 {
		inner = inner.serious()
	}
	t.add(inner)
	return found
}
