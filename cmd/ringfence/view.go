package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"github.com/ringfence/ringfence/internal/count"
)

// fewRows is the number of rows of a table that are printed without --all.
const fewRows = 25

// view prints the parts of a report on a terminal of so many columns.
type view struct {
	w       io.Writer
	columns int
	every   bool
}

// rows prints a table with a title, up to fewRows rows unless all were asked for. It prints nothing
// without rows.
func (v *view) rows(title string, rows []table.Row, columns ...any) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintln(v.w, "\n"+title)
	more := 0
	if !v.every && len(rows) > fewRows {
		rows, more = rows[:fewRows], len(rows)-fewRows
	}
	renderFitted(v.w, v.columns, rows, columns...)
	if more > 0 {
		fmt.Fprintf(v.w, "and %s more (--all prints them)\n", count.Number(more))
	}
}

// lines prints a list with a title. It prints nothing without lines.
func (v *view) lines(title string, lines []string) {
	for i, line := range lines {
		if i == 0 {
			fmt.Fprintln(v.w, "\n"+title)
		}
		fmt.Fprintln(v.w, "  "+clean(line))
	}
}

// printReport writes a report, and says on standard error why it is not complete.
func printReport(cmd *cobra.Command, partial []string, write func(out io.Writer, columns int) error) error {
	for _, why := range partial {
		fmt.Fprintln(cmd.ErrOrStderr(), "ringfence: INCOMPLETE:", clean(why))
	}
	out := bufio.NewWriter(cmd.OutOrStdout()) // Flush reports a failed write
	return errors.Join(write(out, terminalWidth(cmd.OutOrStdout())), out.Flush())
}
