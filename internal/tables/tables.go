// Package tables has the one style in which tables are printed on a terminal.
package tables

import (
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// New returns an empty table with a header. It renders to w, unless w is nil.
func New(w io.Writer, columns ...any) table.Writer {
	t := table.NewWriter()
	if w != nil {
		t.SetOutputMirror(w)
	}
	t.SetStyle(table.StyleLight)
	t.Style().Options.DrawBorder = false
	t.Style().Options.SeparateColumns = false
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(columns)
	return t
}
