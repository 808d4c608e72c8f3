package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/ringfence/ringfence/internal/tables"
)

// padding is the space on both sides of a cell, in columns.
const padding = 2

// narrowest is the least width of a column.
const narrowest = 6

// longWord is the shortest length, in columns, at which a table may break a word.
const longWord = 16

// renderFitted writes a table of at most the given number of columns of text, if its columns
// can be made narrow enough. It wraps the widest columns first. If words would break, it
// writes each row as a list of its cells instead.
func renderFitted(w io.Writer, columns int, rows []table.Row, header ...any) {
	widths, words := make([]int, len(header)), make([]int, len(header))
	for _, row := range append([]table.Row{header}, rows...) {
		for i, cell := range row {
			for line := range strings.SplitSeq(fmt.Sprint(cell), "\n") {
				widths[i] = max(widths[i], text.StringWidthWithoutEscSequences(line))
				for word := range strings.FieldsSeq(line) {
					words[i] = max(words[i], min(longWord, text.StringWidthWithoutEscSequences(word)))
				}
			}
		}
	}
	if total(words) > columns {
		renderRecords(w, columns, rows, header)
		return
	}
	t := tables.New(w, header...)
	fit(widths, columns)
	configs := make([]table.ColumnConfig, len(header))
	for i, width := range widths {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
	}
	t.SetColumnConfigs(configs)
	t.AppendRows(rows)
	t.Render()
}

// renderRecords writes the cells of each row one below the other, behind their headings. A
// cell without a heading belongs to the one before it.
func renderRecords(w io.Writer, columns int, rows []table.Row, header []any) {
	heading := 0
	for _, h := range header {
		heading = max(heading, text.StringWidthWithoutEscSequences(fmt.Sprint(h)))
	}
	indent := 1 + heading + padding
	for n, row := range rows {
		if n > 0 {
			fmt.Fprintln(w)
		}
		for i := 0; i < len(row); i++ {
			name, value := fmt.Sprint(header[i]), fmt.Sprint(row[i])
			for i+1 < len(row) && header[i+1] == "" {
				i++
				value = strings.TrimSpace(value + " " + fmt.Sprint(row[i]))
			}
			if value == "" {
				continue
			}
			for line := range strings.SplitSeq(text.WrapSoft(value, max(columns-indent, narrowest)), "\n") {
				fmt.Fprintln(w, strings.TrimRight(" "+text.Pad(name, heading+padding, ' ')+line, " "))
				name = ""
			}
		}
	}
}

// total is how wide a table is.
func total(widths []int) int {
	sum := len(widths) * padding
	for _, width := range widths {
		sum += width
	}
	return sum
}

// fit narrows the widest columns until the table fits.
func fit(widths []int, columns int) {
	for excess := total(widths) - columns; excess > 0; excess-- {
		widest := 0
		for i, width := range widths {
			if width > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			return
		}
		widths[widest]--
	}
}
