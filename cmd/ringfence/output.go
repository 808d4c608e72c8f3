package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"
)

// errorRecorder is a writer that records the first failed write, on a full disk for
// example. Partial output must not pass for the complete result.
type errorRecorder struct {
	w   io.Writer
	err error
}

func (o *errorRecorder) Write(p []byte) (int, error) {
	n, err := o.w.Write(p)
	if o.err == nil && err != nil {
		o.err = fmt.Errorf("writing to standard output: %w", err)
	}
	return n, err
}

// recordWriteErrors makes a command write through an errorRecorder. A terminal is not
// wrapped, because commands ask it for its width.
func recordWriteErrors(cmd *cobra.Command) *errorRecorder {
	o := &errorRecorder{w: cmd.OutOrStdout()}
	if !isTerminal(o.w) {
		cmd.SetOut(o)
	}
	return o
}

// writeLine writes a value as one line of JSON, without escaping <, > and &.
func writeLine(w io.Writer, v any) error { return lines(w).Encode(v) }

// writeJSON writes a value as indented JSON, without escaping <, > and &.
func writeJSON(w io.Writer, v any) error {
	e := lines(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func lines(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
