package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/input"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/spelling"
)

// compareBatch compares the pairs in a file or in standard input. An invalid line gets an
// error in its result, and the other lines are still compared.
func compareBatch(cmd *cobra.Command, args []string, kind policy.Kind) error {
	path := "-"
	if len(args) == 1 {
		path = args[0]
	}
	in, err := input.Open(path, cmd.InOrStdin())
	if err != nil {
		return fmt.Errorf("reading the pairs: %w", err)
	}
	defer func() { _ = in.Close() }() // opened for reading only
	out := bufio.NewWriter(cmd.OutOrStdout())
	bad, status := 0, error(nil)
	lines := bufio.NewReader(in)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			c, pairStatus, lineErr := comparePair(line, kind)
			if lineErr != nil {
				bad++
				if err := writeLine(out, failure{c.ID, fmt.Sprintf("line %d: %v", n, lineErr)}); err != nil {
					return err
				}
			} else {
				status = errors.Join(status, pairStatus)
				if err := writeLine(out, c); err != nil {
					return err
				}
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading the pairs: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%s could not be compared; see the results", plural(bad, "line"))
	}
	return status
}

// failure is the result of a line that cannot be compared.
type failure struct {
	ID    json.RawMessage `json:"id"`
	Error string          `json:"error"`
}

// comparePair compares the pair of one line, and returns the exit status as an error.
func comparePair(line []byte, kind policy.Kind) (c jsonComparison, status, err error) {
	var pair struct{ ID, A, B json.RawMessage }
	c.ID = json.RawMessage("null")
	fields := spelling.Fields("", line, "id", "a", "b")
	if err := json.Unmarshal(line, &pair); err != nil {
		return c, nil, fmt.Errorf("not a JSON object: %w", err)
	}
	if pair.ID != nil {
		c.ID = pair.ID
	}
	if fields != nil {
		return c, nil, fields
	}
	var docs [2]*policy.Document
	for i, text := range [...]json.RawMessage{pair.A, pair.B} {
		name := [...]string{"a", "b"}[i]
		if text == nil {
			return c, nil, fmt.Errorf("%s is missing", name)
		}
		d, err := policy.Parse(documentIn(documentText(text)))
		if err != nil {
			return c, nil, fmt.Errorf("%s: %w", name, err)
		}
		docs[i] = d
	}
	r, id := compareBoth(docs[0], docs[1], kind), c.ID
	c = newComparison(r)
	c.ID = id
	return c, r.status(), nil
}

// documentText returns the text of a document in a JSON field: an object, or a string that
// contains one, as in the IAM API.
func documentText(raw json.RawMessage) []byte {
	var text string
	if json.Unmarshal(raw, &text) == nil && text != "" {
		return []byte(text)
	}
	return raw
}
