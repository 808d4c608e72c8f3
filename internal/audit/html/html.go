// Package html draws a report of package audit as one page for people: a file that holds all
// it needs, asks the network for nothing, and treats every name and policy as text that an
// adversary may have written.
package html

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"reflect"
	"strings"

	"github.com/ringfence/ringfence/internal/audit"
)

//go:embed page
var files embed.FS

var (
	style  = concat("page/page.css", "page/print.css")
	script = concat("page/dom.js", "page/detail.js", "page/table.js", "page/page.js")

	page = template.Must(template.New("page.gohtml").Funcs(template.FuncMap{
		"num": num, "arnName": arnName, "drift": driftWords, "state": stateWords, "when": when, "plural": plural, "request": request, "clip": clip,
	}).ParseFS(files, "page/*.gohtml"))
)

// concat is some of the embedded files, one after the other.
func concat(names ...string) string {
	var b strings.Builder
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err) // they are embedded: only a wrong name in this file can bring it about
		}
		b.Write(text)
	}
	return b.String()
}

// Write writes the page.
func Write(w io.Writer, r *audit.Report) error {
	v, err := newView(visible(reflect.ValueOf(r)).Interface().(*audit.Report))
	if err != nil {
		return err
	}
	return page.Execute(w, v)
}

// policy is the page's Content-Security-Policy: nothing is loaded, and nothing runs but the
// one script and the one style sheet, which are known by their hashes. So text that got out
// of its element in spite of all else could neither run nor tell anybody.
//
// https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
func policy() string {
	return "default-src 'none'; script-src " + hash(script) + "; style-src " + hash(style) + "; base-uri 'none'; form-action 'none'"
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
