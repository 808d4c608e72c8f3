package comparison

import (
	"fmt"
	"io"
	"strings"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/escape"
)

const (
	// fewRows is how many differences of a section a reader sees at once.
	fewRows = 10
	// manyBytes is where a list ends. A comment on GitHub has at most 65,536 characters; what is left is for
	// the first rows of the other sections.
	manyBytes = 48_000
)

// WriteMarkdown writes the report as GitHub-flavoured Markdown, for a pull request. Text of the policies and
// their names is escaped.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := &markdown{}
	m.line("## Policies: %s compared with %s\n", escape.Markdown(r.A), escape.Markdown(r.B))
	for _, part := range r.Legend {
		m.line("- %s", escape.Markdown(part))
	}
	if len(r.Legend) > 0 {
		m.line("")
	}
	m.line("**%s** %s", escape.Markdown(Sentence(&r.Result, r.A, r.B)), escape.Markdown(DenialSentence(&r.Denials, r.A, r.B)))
	for _, s := range r.Sections() {
		m.section(s)
	}
	_, err := io.WriteString(w, m.String())
	return err
}

type markdown struct{ strings.Builder }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) section(s *Section) {
	m.line("\n### %s\n", escape.Markdown(s.Title))
	if s.Note != "" {
		m.line("%s\n", s.Note)
	}
	rows, list := 0, s.Rows()
	for i := range list {
		if m.full(i) {
			break
		}
		rows++
		switch i {
		case 0:
			m.head(s)
		case fewRows:
			m.line("\n<details><summary>%s</summary>\n", count.Of(len(list)-fewRows, "more difference", "more differences"))
			m.head(s)
		}
		d := &list[i]
		cells := []string{"", escape.Markdown(d.Services), request(d.Request)}
		if !d.Same || i == fewRows {
			cells[0] = escape.Markdown(d.By)
		}
		if s.Other != "" {
			cells = append(cells, escape.Markdown(d.Because))
		}
		m.line("| %s |", strings.Join(cells, " | "))
	}
	if rows > fewRows {
		m.line("\n</details>")
	}
	m.cut(len(list)-rows, "difference", "differences")
	for i := range s.Open {
		if i == 0 {
			m.line("\n**Not decided:**\n")
		}
		if m.full(i) {
			m.cut(len(s.Open)-i, "service that is not decided", "services that are not decided")
			break
		}
		m.line("- %s: %s", escape.Code(s.Open[i].ServiceName()), escape.Markdown(s.Open[i].Reason))
	}
}

// full reports whether the list ends before row i.
func (m *markdown) full(i int) bool { return i >= fewRows && m.Len() > manyBytes }

// cut says what a list leaves out.
func (m *markdown) cut(n int, one, many string) {
	if n > 0 {
		m.line("\n%s left out, because a comment on GitHub is limited in length. `ringfence compare --all` lists all.", count.Of(n, one, many))
	}
}

func (m *markdown) head(s *Section) {
	by, because := s.Columns()
	columns := []string{by, "service", "for example"}
	if because != "" {
		columns = append(columns, escape.Markdown(because))
	}
	m.line("| %s |\n|%s", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

// request is a request in a cell of a table.
func request(r *Request) string {
	what := escape.Code(r.Action)
	if r.Resource != "" {
		what += " on " + escape.Code(r.Resource)
	}
	if note := r.Note(); note != "" {
		what += " (" + note + ")"
	}
	if r.Caller != "" {
		what += " by " + escape.Code(r.Caller) + r.About
	}
	lines := []string{what}
	for _, k := range r.Keys {
		lines = append(lines, escape.Code(k.Name)+" = "+escape.Code(k.Value))
	}
	return strings.Join(lines, "<br>")
}
