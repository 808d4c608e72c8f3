// Package markdown writes reports as GitHub-flavoured Markdown.
package markdown

import (
	"fmt"
	"strings"
)

// Document is a document that is being written. Text from outside must be escaped: see package escape.
type Document struct{ strings.Builder }

// Line writes a line.
func (d *Document) Line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

// Table writes a table with a title, or nothing without rows. rows calls row for each of them.
func (d *Document) Table(title string, columns []string, rows func(row func(...string))) {
	begun := false
	rows(func(cells ...string) {
		if !begun {
			begun = true
			d.Line("\n## %s\n", title)
			d.Line("| %s |", strings.Join(columns, " | "))
			d.Line("|%s", strings.Repeat("---|", len(columns)))
		}
		d.Line("| %s |", strings.Join(cells, " | "))
	})
}
