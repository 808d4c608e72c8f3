package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/comparison"
	"github.com/ringfence/ringfence/internal/delegation"
	"github.com/ringfence/ringfence/internal/escape"
	"github.com/ringfence/ringfence/internal/explain"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/prose"
)

// delegationView is the answers of delegate check, ready to be shown.
type delegationView struct {
	scope    *delegation.Scope
	name     string
	policies []comparison.Policy
	report   delegation.Report
	// carriers are the answers for those who carry the boundary, nil if its document was not given.
	carriers *delegation.Report
	document []comparison.Policy
	assumed  []string
}

// assume collects what the proof rests on.
func (v *delegationView) assume() {
	v.assumed = append(v.assumed, v.report.Assumed...)
	if len(v.scope.Within) > 0 {
		v.assumed = append(v.assumed, "every user and role within "+strings.Join(v.scope.Within, ", ")+" carries the boundary, and policies and groups there are only for these")
	}
	if len(v.scope.Except) > 0 {
		v.assumed = append(v.assumed, "this is not so for "+strings.Join(v.scope.Except, ", "))
	}
	if v.carriers == nil {
		v.assumed = append(v.assumed, "the document of the boundary lets those who carry it do none of this (--boundary-document checks it)")
	}
	v.assumed = append(v.assumed, "the holder cannot change what already runs with a role outside the boundary, such as the code of a function")
}

// answer puts all answers together.
func (v *delegationView) answer() compare.Containment {
	a := v.report.Answer()
	if v.carriers == nil {
		return a
	}
	switch b := v.carriers.Answer(); {
	case a == compare.Refuted || b == compare.Refuted:
		return compare.Refuted
	case a == compare.Unknown || b == compare.Unknown:
		return compare.Unknown
	}
	return compare.Proven
}

func (f *delegateCheckFlags) write(w io.Writer, v *delegationView) error {
	switch {
	case f.json:
		return writeJSON(w, v.json())
	case f.markdown:
		_, err := io.WriteString(w, v.markdown())
		return err
	}
	_, err := io.WriteString(w, v.text(terminalWidth(w)))
	return err
}

// jsonDelegation is the JSON form of the answers.
type jsonDelegation struct {
	Answer   compare.Containment `json:"answer"`
	Boundary string              `json:"boundary"`
	Holes    []jsonHole          `json:"holes"`
	Carriers []jsonHole          `json:"carriers,omitempty"`
	Assumed  []string            `json:"assumed"`
}

type jsonHole struct {
	ID       string              `json:"id"`
	What     string              `json:"what"`
	Answer   compare.Containment `json:"answer"`
	Findings []jsonFinding       `json:"findings"`
	Open     []jsonOpen          `json:"open"`
}

type jsonFinding struct {
	Request   *comparison.Request `json:"request"`
	AllowedBy *explain.Statement  `json:"allowedBy"`
	// Today is exists or none with --state, and otherwise missing.
	Today delegation.Today `json:"today,omitempty"`
}

type jsonOpen struct {
	Action string `json:"action"`
	Reason string `json:"reason"`
}

func (v *delegationView) json() jsonDelegation {
	out := jsonDelegation{
		Answer: v.answer(), Boundary: v.scope.Boundaries[0], Holes: holesJSON(&v.report, v.policies), Assumed: v.assumed,
	}
	if v.carriers != nil {
		out.Carriers = holesJSON(v.carriers, v.document)
	}
	return out
}

func holesJSON(r *delegation.Report, policies []comparison.Policy) []jsonHole {
	out := make([]jsonHole, 0, len(r.Holes))
	for _, h := range r.Holes {
		one := jsonHole{ID: h.ID, What: h.What, Answer: h.Answer, Findings: []jsonFinding{}, Open: []jsonOpen{}}
		for _, f := range h.Findings {
			one.Findings = append(one.Findings, jsonFinding{comparison.NewRequest(f.Witness), placed(f.By, policies), f.Today})
		}
		for _, o := range h.Open {
			one.Open = append(one.Open, jsonOpen{o.Action, o.Reason})
		}
		out = append(out, one)
	}
	return out
}

// placed names a statement.
func placed(p delegation.Place, policies []comparison.Policy) *explain.Statement {
	if p.Policy < 0 {
		return nil
	}
	d := policies[p.Policy]
	return &explain.Statement{Policy: d.Name, Index: p.Statement, Sid: d.Document.Statements[p.Statement].Sid}
}

// sentence says the answer for policies or a document.
func (v *delegationView) sentence(r *delegation.Report, who string) string {
	boundary := prose.PolicyName(v.scope.Boundaries[0])
	open, unknown := 0, 0
	for i := range r.Holes {
		switch r.Holes[i].Answer {
		case compare.Refuted:
			open++
		case compare.Unknown:
			unknown++
		}
	}
	switch {
	case open > 0:
		return fmt.Sprintf("Refuted: who %s can get a user or role outside %s, in %s.", who, boundary, plural(open, "way"))
	case unknown > 0:
		return fmt.Sprintf("Not known: of %s it is not proven that who %s cannot get a user or role outside %s.", plural(unknown, "way"), who, boundary)
	}
	return fmt.Sprintf("Proven: who %s cannot get a user or role outside %s.", who, boundary)
}

// sections are the answers for those who hold the policies, and for those who carry the boundary.
func (v *delegationView) sections() []delegationSection {
	list := []delegationSection{v.section(&v.report, v.policies, "holds "+v.name)}
	if v.carriers != nil {
		list = append(list, v.section(v.carriers, v.document, "carries the boundary "+v.document[0].Name))
	}
	return list
}

// delegationSection is the answers for some policies, as rows.
type delegationSection struct {
	sentence string
	open     []openRow
	unknown  [][2]string
	closed   []string
	// latent are the open ways that concern nothing that exists today.
	latent []string
	hint   string
}

// openRow is an open way.
type openRow struct{ id, what, example, by, fix string }

func (v *delegationView) section(r *delegation.Report, policies []comparison.Policy, who string) delegationSection {
	s := delegationSection{sentence: v.sentence(r, who)}
	for _, h := range r.Holes {
		for _, o := range h.Open {
			s.unknown = append(s.unknown, [2]string{h.What + " (" + o.Action + ")", o.Reason})
		}
		if h.Answer == compare.Proven {
			s.closed = append(s.closed, h.ID)
		}
		if len(h.Findings) > 0 {
			if !slices.ContainsFunc(h.Findings, func(f delegation.Finding) bool { return f.Today != delegation.NoneToday }) {
				s.latent = append(s.latent, h.ID)
			}
			s.open = append(s.open, openRow{h.ID, h.What, example(h.Findings), by(h.Findings[0].By, policies), h.Fix})
		}
	}
	if len(v.scope.Within) == 0 && slices.ContainsFunc(s.open, func(o openRow) bool { return slices.Contains(byPlace, o.id) }) {
		s.hint = "No path is known to be for bounded principals only. If there is one, give it with --within."
	}
	return s
}

// byPlace are the ways of which no request says whether the principal is bounded: only where it is tells.
var byPlace = []string{"policies", "groups", "credentials", "assume", "pass"}

// remarks are what is to be said of all ways.
func (s *delegationSection) remarks() (list []string) {
	if len(s.latent) > 0 {
		list = append(list, "Nothing that exists today is concerned by: "+strings.Join(s.latent, ", ")+".")
	}
	if s.hint != "" {
		list = append(list, s.hint)
	}
	if len(s.closed) > 0 && (len(s.open) > 0 || len(s.unknown) > 0) {
		list = append(list, "Proven to be closed: "+strings.Join(s.closed, ", ")+".")
	}
	return list
}

func by(p delegation.Place, policies []comparison.Policy) string {
	s := placed(p, policies)
	if s == nil {
		return ""
	}
	return s.String()
}

// example is the request of the first finding in words, with the other actions.
func example(list []delegation.Finding) string {
	first := comparison.NewRequest(list[0].Witness)
	text := first.Action
	if first.Resource != "*" {
		text += " on " + first.Resource
	}
	for i, k := range first.Keys {
		text += [...]string{" with ", ", "}[min(i, 1)] + k.Name + " = " + k.Value
	}
	var others []string
	for _, f := range list[1:] {
		others = append(others, f.Action)
	}
	if len(others) > 0 {
		text += "; also " + few(others, 3)
	}
	return text
}

func (v *delegationView) text(columns int) string {
	var b strings.Builder
	for i, s := range v.sections() {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintln(&b, s.sentence)
		var rows []table.Row
		for _, o := range s.open {
			rows = append(rows, table.Row{clean(o.id), clean(o.what), clean(o.example), clean(o.by), clean(o.fix)})
		}
		if len(rows) > 0 {
			b.WriteString("\n")
			renderFitted(&b, columns, rows, "", "it can", "for example", "allowed by", "to close it")
		}
		for n, u := range s.unknown {
			if n == 0 {
				b.WriteString("\nNot known:\n")
			}
			fmt.Fprintf(&b, "- %s: %s\n", u[0], u[1])
		}
		for _, line := range s.remarks() {
			fmt.Fprintf(&b, "\n%s\n", line)
		}
	}
	b.WriteString("\nAssumed:\n")
	for _, a := range v.assumed {
		fmt.Fprintf(&b, "- %s\n", a)
	}
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		fmt.Fprintln(&out, strings.TrimRight(clean(line), " "))
	}
	return out.String()
}

func (v *delegationView) markdown() string {
	var b strings.Builder
	for _, s := range v.sections() {
		fmt.Fprintf(&b, "## %s\n", escape.Markdown(s.sentence))
		for i, o := range s.open {
			if i == 0 {
				b.WriteString("\n| | it can | for example | allowed by | to close it |\n|---|---|---|---|---|\n")
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", o.id, escape.Markdown(o.what), escape.Code(o.example), escape.Markdown(o.by), escape.Markdown(o.fix))
		}
		for i, u := range s.unknown {
			if i == 0 {
				b.WriteString("\n**Not known:**\n\n")
			}
			fmt.Fprintf(&b, "- %s: %s\n", escape.Markdown(u[0]), escape.Markdown(u[1]))
		}
		for _, line := range s.remarks() {
			fmt.Fprintf(&b, "\n%s\n", escape.Markdown(line))
		}
		b.WriteString("\n")
	}
	b.WriteString("Assumed:\n\n")
	for _, a := range v.assumed {
		fmt.Fprintf(&b, "- %s\n", escape.Markdown(a))
	}
	return b.String()
}
