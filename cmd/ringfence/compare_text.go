package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/comparison"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// describe formats the result as text.
func describe(r both, a, b string) string {
	var w strings.Builder
	fmt.Fprintln(&w, comparison.Sentence(&r.Result, a, b))
	describeWitness(&w, "Only "+a+" allows", r.ANotB)
	describeWitness(&w, "Only "+b+" allows", r.BNotA)
	describeDenials(&w, &r.denials, a, b)
	return w.String()
}

// describeDenials formats what one document denies explicitly compared with the other one.
func describeDenials(w io.Writer, r *compare.DenialResult, a, b string) {
	if sentence := comparison.DenialSentence(r, a, b); sentence != "" {
		_, _ = fmt.Fprintf(w, "\n%s\n", sentence)
	}
	for _, d := range [...]struct {
		compare.Denial
		a, b string
	}{{r.ADeniesAll, a, b}, {r.BDeniesAll, b, a}} {
		describeWitness(w, "Only "+d.b+" denies explicitly", d.Witness)
		if d.Containment == compare.Unknown {
			_, _ = fmt.Fprintf(w, "\nWhether %s denies explicitly all that %s does is unproven: %s.\n", d.a, d.b, d.Reason)
		}
	}
}

func describeWitness(w io.Writer, title string, witness *compare.Witness) {
	if witness == nil {
		return
	}
	r := comparison.NewRequest(witness)
	_, _ = fmt.Fprintf(w, "\n%s, for example:\n", title)
	for _, line := range [...][2]string{{"principal", r.Caller + r.About}, {"action", r.Action}, {"resource", r.Resource}, {"", r.Note()}} {
		if line[1] != "" {
			_, _ = fmt.Fprintf(w, "  %-9s %s\n", line[0], line[1])
		}
	}
	for i, k := range r.Keys {
		_, _ = fmt.Fprintf(w, "  %-9s %s = %s\n", [...]string{"context", ""}[min(i, 1)], k.Name, k.Value)
	}
}

// legend prints what A and B are, if their names do not say it.
func legend(w io.Writer, parts []string) {
	for i, part := range parts {
		fmt.Fprintf(w, "%s.\n", part)
		if i+1 == len(parts) {
			fmt.Fprintln(w)
		}
	}
}

// showDifferences prints all differences as tables.
func showDifferences(w io.Writer, columns int, r *comparison.Report) error {
	var b strings.Builder
	legend(&b, r.Legend)
	fmt.Fprintln(&b, comparison.Sentence(&r.Result, r.A, r.B))
	if sentence := comparison.DenialSentence(&r.Denials, r.A, r.B); sentence != "" {
		fmt.Fprintln(&b, sentence)
	}
	for _, s := range r.Sections() {
		fmt.Fprintf(&b, "\n%s\n", s.Title)
		by, because := s.Columns()
		header := []any{by, "service", "for example"}
		if because != "" {
			header = append(header, because)
		}
		var rows []table.Row
		for _, d := range s.Rows() {
			example := d.Request.Action
			if d.Request.Resource != "" {
				example += " on " + d.Request.Resource
			}
			if note := d.Request.Note(); note != "" {
				example += " (" + note + ")"
			}
			if d.Request.Caller != "" {
				example += " by " + d.Request.Caller + d.Request.About
			}
			for i, k := range d.Request.Keys {
				example += [...]string{" with ", ", "}[min(i, 1)] + k.Name + " = " + k.Value
			}
			row := table.Row{"", d.Services, clean(example)}
			if !d.Same {
				row[0] = clean(d.By)
			}
			if because != "" {
				row = append(row, clean(d.Because))
			}
			rows = append(rows, row)
		}
		if len(rows) > 0 {
			renderFitted(&b, columns, rows, header...)
		}
		for i := range s.Open {
			fmt.Fprintf(&b, "not decided: %s: %s\n", s.Open[i].ServiceName(), s.Open[i].Reason)
		}
	}
	for line := range strings.Lines(b.String()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(clean(line), " ")); err != nil {
			return err
		}
	}
	return nil
}
