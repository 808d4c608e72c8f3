package check

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/markdown"
	"github.com/ringfence/ringfence/internal/sarif"
)

// WriteSARIF writes what would be outside or is unknown as SARIF results, at the places in the files.
func (r *Report) WriteSARIF(w io.Writer, version string) error {
	var log sarif.Log
	for i := range r.Policies {
		p := &r.Policies[i]
		result := sarif.Result{Drift: p.Drift, Severity: p.Severity, Name: p.Address, Reason: p.Reason, File: p.File, Line: p.Line, Key: p.key()}
		switch p.State {
		case off:
			log.Add(result)
		case unknown:
			result.Drift = sarif.NotJudged
			log.Add(result)
		}
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		result := sarif.Result{Drift: p.Drift, Severity: p.Severity, Name: p.Address, Reason: p.Sentence(), File: p.File, Line: p.Line, Key: p.key()}
		switch p.State {
		case assess.Outside:
			log.Add(result)
		case assess.Unknown:
			result.Drift = sarif.NotJudged
			log.Add(result)
		}
	}
	for _, why := range r.Partial {
		log.Incomplete(why)
	}
	return log.Write(w, version, !r.Incomplete())
}

// key tells a resource from others, also in later runs.
func (p *Place) key() string { return p.File + " " + p.Address }

// Sentence returns the reason, with what to change.
func (p *Principal) Sentence() string {
	if p.Fix == "" {
		return p.Reason
	}
	return p.Reason + "; " + p.Fix
}

// WriteMarkdown writes the report as GitHub-flavoured Markdown, for a pull request.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := &markdown.Document{}
	m.Line("# Permissions boundaries: what the plan would do")
	m.Line("")
	m.Line("%s", escape.Markdown(r.Headline()))
	for _, why := range r.Partial {
		m.Line("\n**INCOMPLETE:** %s", escape.Markdown(why))
	}
	m.Table("Outside or unknown", []string{"severity", "resource", "change", "drift", "rule", "would carry", "allows", "why, and what to do"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; p.State == assess.Outside || p.State == assess.Unknown {
				row(p.severity(), escape.Code(p.Address)+" "+escape.Markdown(p.At()), string(p.Change), p.Verdict(), escape.Markdown(p.Rule), escape.Code(p.Carries()), escape.Code(p.Allows()), escape.Markdown(p.Sentence()))
			}
		}
	})
	m.Table("Boundary policies", []string{"policy", "resource", "change", "state", "why"}, func(row func(...string)) {
		for i := range r.Policies {
			p := &r.Policies[i]
			row(escape.Code(p.ARN), escape.Code(p.Address)+" "+escape.Markdown(p.At()), string(p.Change), p.Verdict(), escape.Markdown(p.Reason))
		}
	})
	m.Table("Other principals", []string{"resource", "change", "state", "rule", "why"}, func(row func(...string)) {
		for i := range r.Principals {
			if p := &r.Principals[i]; p.State != assess.Outside && p.State != assess.Unknown {
				row(escape.Code(p.Address)+" "+escape.Markdown(p.At()), string(p.Change), string(p.State), escape.Markdown(p.Rule), escape.Markdown(p.Reason))
			}
		}
	})
	for _, list := range []struct {
		title string
		lines []string
	}{{"Assumed", r.Assumed}, {"Warnings", r.Warnings}} {
		for i, line := range list.lines {
			if i == 0 {
				m.Line("\n## %s\n", list.title)
			}
			m.Line("- %s", escape.Markdown(line))
		}
	}
	_, err := io.WriteString(w, m.String())
	return err
}

// The elements of a JUnit report, as CI systems read them.
// https://github.com/testmoapp/junitxml
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string     `xml:"name,attr"`
		Class   string     `xml:"classname,attr"`
		File    string     `xml:"file,attr,omitempty"`
		Line    int        `xml:"line,attr,omitempty"`
		Failure *junitText `xml:"failure"`
		Error   *junitText `xml:"error"`
	}
	junitText struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
	}
)

// WriteJUnit writes each principal and boundary policy as a test of JUnit. What is outside is a failure,
// and what is unknown an error.
func (r *Report) WriteJUnit(w io.Writer) error {
	all := junitSuites{Name: "ringfence check"}
	for _, file := range r.files() {
		all.Suites = append(all.Suites, r.suite(file))
	}
	for _, why := range r.Partial {
		all.Suites = append(all.Suites, junitSuite{Name: "the report", Tests: 1, Errors: 1, Cases: []junitCase{{
			Name: "is complete", Class: "ringfence", Error: &junitText{Type: "incomplete", Message: escape.Clean(why)},
		}}})
	}
	for _, s := range all.Suites {
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

// files returns the files that were checked, and those that they led to.
func (r *Report) files() (paths []string) {
	add := func(path string) {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	for _, f := range r.Files {
		add(f.Path)
	}
	for i := range r.Policies {
		add(r.Policies[i].File)
	}
	for i := range r.Principals {
		add(r.Principals[i].File)
	}
	return paths
}

func (r *Report) suite(file string) junitSuite {
	s := junitSuite{Name: escape.Clean(file)}
	add := func(p Place, class, verdict, message string, failed, open bool) {
		if p.File != file {
			return
		}
		c := junitCase{Name: escape.Clean(p.Address), Class: class, File: escape.Clean(p.File), Line: p.Line}
		text := &junitText{Type: verdict, Message: escape.Clean(message)}
		s.Tests++
		switch {
		case failed:
			c.Failure = text
			s.Failures++
		case open:
			c.Error = text
			s.Errors++
		}
		s.Cases = append(s.Cases, c)
	}
	for i := range r.Policies {
		p := &r.Policies[i]
		add(p.Place, "policy", p.Verdict(), p.Reason, p.State == off, p.State == unknown)
	}
	for i := range r.Principals {
		p := &r.Principals[i]
		add(p.Place, p.Kind, p.Verdict(), p.Sentence(), p.State == assess.Outside, p.State == assess.Unknown)
	}
	return s
}
