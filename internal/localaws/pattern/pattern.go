// Package pattern matches events against EventBridge event patterns, with the operators that AWS
// documents. It refuses what AWS refuses: an unknown or misspelt operator, an empty list, a bare
// value in place of a list.
//
// A pattern is a JSON object with the event's structure. Each of its leaves is a list of
// alternatives, of which one must match. All leaves must match. If the event has an array, one
// matching element is enough.
//
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
package pattern

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Pattern is a compiled event pattern. It may be used concurrently.
type Pattern struct{ root matcher }

// Compile compiles a pattern. The error says what is wrong, and where.
func Compile(source []byte) (*Pattern, error) {
	value, err := parse(source)
	if err != nil {
		return nil, fmt.Errorf("event pattern is not valid: %w", err)
	}
	if tooDeep(value, maxDepth) {
		return nil, fmt.Errorf("event pattern is not valid: it nests deeper than %d levels", maxDepth)
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("event pattern is not valid: it must be a JSON object")
	}
	root, err := compileObject(object, "")
	if err != nil {
		return nil, fmt.Errorf("event pattern is not valid: %w", err)
	}
	return &Pattern{root}, nil
}

// Match reports whether an event in JSON matches. It fails if the event is not JSON.
func (p *Pattern) Match(event []byte) (bool, error) {
	value, err := parse(event)
	if err != nil {
		return false, fmt.Errorf("event is not JSON: %w", err)
	}
	return p.root.match(value, true), nil
}

// MatchValue is Match for a parsed event with numbers as json.Number.
func (p *Pattern) MatchValue(event any) bool { return p.root.match(event, true) }

// parse reads one JSON value and keeps numbers as text.
func parse(source []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// maxDepth limits how deep a pattern nests.
const maxDepth = 100

func tooDeep(value any, left int) bool {
	if left == 0 {
		return true
	}
	switch v := value.(type) {
	case map[string]any:
		for _, below := range v {
			if tooDeep(below, left-1) {
				return true
			}
		}
	case []any:
		for _, below := range v {
			if tooDeep(below, left-1) {
				return true
			}
		}
	}
	return false
}
