package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
)

func TestFit(t *testing.T) {
	for _, c := range []struct {
		widths  []int
		columns int
		want    []int
	}{
		{[]int{10, 20}, 40, []int{10, 20}},
		{[]int{10, 50, 5}, 40, []int{10, 19, 5}},
		{[]int{40, 50, 5}, 40, []int{14, 15, 5}},
		{[]int{40, 50}, 10, []int{narrowest, narrowest}}, // there is a limit
	} {
		got := slices.Clone(c.widths)
		if fit(got, c.columns); !slices.Equal(got, c.want) {
			t.Errorf("%v in %d: %v, want %v", c.widths, c.columns, got, c.want)
		}
	}
}

// No line of a table is wider than allowed, and no text is lost.
func TestTablesFit(t *testing.T) {
	long := "arn:aws:iam::123456789012:role/" + strings.Repeat("x", 90)
	for _, columns := range []int{40, 60, 100, 140} {
		var out bytes.Buffer
		renderFitted(&out, columns, []table.Row{{1, long, "some words that go on and on", "déjà vu"}, {2, "short", "a\nb", ""}}, "#", "name", "why", "")
		letters := 0
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > columns {
				t.Errorf("%d of %d columns: %s", n, columns, line)
			}
			letters += strings.Count(line, "x")
		}
		if letters != 90 {
			t.Errorf("%d columns: %d letters of the name\n%s", columns, letters, &out)
		}
	}
}

// Where words would have to be broken, each row is a list.
func TestNarrowTablesAreLists(t *testing.T) {
	var out bytes.Buffer
	renderFitted(&out, 36, []table.Row{{"role/dev/orders", "a boundary of another rule", "33.3", "###"}, {"user/ben", "", "0.0", ""}},
		"principal", "what it carries", "%", "")
	const want = ` principal        role/dev/orders
 what it carries  a boundary of
                  another rule
 %                33.3 ###

 principal        user/ben
 %                0.0
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
