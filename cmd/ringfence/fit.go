package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/ringfence/ringfence/internal/tables"
)

// padding is the space on both sides of a cell.
const padding = 2

// narrowest is as narrow as a column is made.
const narrowest = 6

// renderFitted writes a table that is at most so wide, as far as its columns can be made
// narrow: the widest ones are wrapped first.
func renderFitted(w io.Writer, columns int, rows []table.Row, header ...any) {
	t := tables.New(w, header...)
	widths := make([]int, len(header))
	for _, row := range append([]table.Row{header}, rows...) {
		for i, cell := range row {
			for line := range strings.SplitSeq(fmt.Sprint(cell), "\n") {
				widths[i] = max(widths[i], text.StringWidthWithoutEscSequences(line))
			}
		}
	}
	fit(widths, columns)
	configs := make([]table.ColumnConfig, len(header))
	for i, width := range widths {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: text.WrapSoft}
	}
	t.SetColumnConfigs(configs)
	t.AppendRows(rows)
	t.Render()
}

// fit takes from the widest columns until all have room.
func fit(widths []int, columns int) {
	total := len(widths) * padding
	for _, width := range widths {
		total += width
	}
	for ; total > columns; total-- {
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
