package main

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/bench/measure"

	"github.com/ringfence/ringfence/internal/tables"
)

// grid is a table with a column for each function.
type grid struct {
	functions []Function
	floor     *Floor // nil, or two more columns
	header    table.Row
	rows      []table.Row
}

// table starts a grid. The first column names the figures.
func (f *Figures) table(what string, name func(Function) string) *grid {
	g := &grid{functions: f.Functions, header: table.Row{what}}
	for _, fn := range f.Functions {
		g.header = append(g.header, name(fn))
	}
	return g
}

// row adds a figure of each function.
func (g *grid) row(what string, figure func(Function) string) {
	r := table.Row{what}
	for _, fn := range g.functions {
		r = append(r, figure(fn))
	}
	g.rows = append(g.rows, r)
}

// with adds the columns of the floor, if there is one.
func (g *grid) with(floor *Floor) {
	if g.floor = floor; floor != nil {
		g.header = append(g.header, "floor", "ratio to the floor")
	}
}

// compared adds a figure of each function and of the floor, and their ratio for the first
// function. A limit of 0 means none.
func (g *grid) compared(what, verb string, figure func(*Bare) measure.Spread, ratio func(*Floor) measure.Spread, limit float64) {
	g.row(what, func(fn Function) string { return figure(fn.Bare).Format(verb) })
	if g.floor == nil {
		return
	}
	compared := ""
	if ratio != nil {
		r := ratio(g.floor)
		compared = r.Format("%.2f")
		if limit > 0 {
			compared += fmt.Sprintf(", limit %.1f: %s", limit, within(r.Median, limit))
		}
	}
	last := len(g.rows) - 1
	g.rows[last] = append(g.rows[last], figure(&g.floor.Bare).Format(verb), compared)
}

// render prints the table below its title and above how it was measured.
func (g *grid) render(w io.Writer, title, how string) {
	fmt.Fprintf(w, "\n%s\n", title)
	t := tables.New(w, g.header...)
	t.AppendRows(g.rows)
	t.Render()
	fmt.Fprintln(w, how)
}
