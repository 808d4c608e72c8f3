package comparison

import (
	"embed"
	"html/template"
	"io"

	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/page"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

//go:embed page
var files embed.FS

var html = template.Must(template.New("page.gohtml").Funcs(template.FuncMap{
	"plural":  count.Of,
	"by":      func(s *Section) string { by, _ := s.Columns(); return by },
	"because": func(s *Section) string { _, because := s.Columns(); return because },
}).ParseFS(files, "page/*.gohtml"))

// view is what the template shows.
type view struct {
	Title  string
	Legend []string
	// Sentences are the relation, and that of the explicit denials.
	Sentences []string
	Relation  compare.Relation
	// Badge is the class of the relation's badge.
	Badge    string
	Policy   string
	Style    template.CSS
	Sections []*Section
}

// badges are the classes of the relations, by how much of a surprise they are in a review.
var badges = map[compare.Relation]string{
	compare.Equal: "c-inside", compare.Narrower: "c-inside", compare.NarrowerOrEqual: "c-inside",
	compare.Wider: "c-high", compare.Incomparable: "c-medium", compare.Unproven: "c-unknown",
}

// WriteHTML writes the report as a page that loads nothing and runs nothing.
func (r *Report) WriteHTML(w io.Writer) error {
	v := page.Visible(view{
		Title: r.A + " compared with " + r.B, Legend: r.Legend,
		Sentences: []string{Sentence(&r.Result, r.A, r.B), DenialSentence(&r.Denials, r.A, r.B)},
		Relation:  r.Result.Relation, Badge: badges[r.Result.Relation], Sections: r.Sections(),
	})
	v.Policy, v.Style = page.Policy(""), template.CSS(page.Style)
	return html.Execute(w, v)
}
