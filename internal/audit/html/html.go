// Package html renders a report of package audit as one HTML page. The file is self-contained,
// loads nothing from the network, and treats every name and policy as hostile text.
package html

import (
	"embed"
	"html/template"
	"io"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/count"
	"github.com/ringfence/ringfence/internal/page"
)

//go:embed page
var files embed.FS

//go:embed page/principals.js
var principals string

var (
	style  = page.Style
	script = page.Script(principals)

	report = template.Must(template.New("page.gohtml").Funcs(template.FuncMap{
		"num": count.Number, "arnName": arnName, "drift": page.DriftWords, "state": stateWords, "when": when, "plural": count.Of, "request": request, "clip": clip,
	}).ParseFS(files, "page/*.gohtml"))
)

// Write writes the page.
func Write(w io.Writer, r *audit.Report) error {
	v, err := newView(page.Visible(r))
	if err != nil {
		return err
	}
	return report.Execute(w, v)
}
