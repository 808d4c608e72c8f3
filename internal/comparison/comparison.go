// Package comparison shows how two sets of policies differ: with names for the documents that package
// compare only numbers, as text of which each format makes its own.
package comparison

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/explain"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// Policy is a document with the name that reports call it.
type Policy struct {
	Name     string
	Document *policy.Document
	Compiled *compare.Compiled
}

// NewPolicy makes a document of a kind ready for comparison.
func NewPolicy(name string, d *policy.Document, k policy.Kind) Policy {
	return Policy{name, d, compare.CompileNamed(d, k)}
}

// Side is one side: layers of policies that must all allow a request.
type Side struct {
	// Name is what reports call the side. Parts says what it is made of, if the name does not.
	Name, Parts string
	Layers      [][]Policy
}

// namesPrincipals reports whether the policies name principals.
func (s *Side) namesPrincipals() bool {
	return slices.ContainsFunc(slices.Concat(s.Layers...), func(p Policy) bool {
		return slices.ContainsFunc(p.Document.Statements, func(s policy.Statement) bool { return s.Principal != nil })
	})
}

// Policies returns the layers as package compare takes them.
func (s *Side) Policies() compare.Side {
	out := compare.Side{Name: s.Name}
	for _, layer := range s.Layers {
		var list compare.Layer
		for _, p := range layer {
			list = append(list, p.Compiled)
		}
		out.Layers = append(out.Layers, list)
	}
	return out
}

// Legend says what sides are, of which the names do not say it.
func Legend(sides ...*Side) (out []string) {
	for _, s := range sides {
		if s.Parts != "" {
			out = append(out, s.Name+" is "+s.Parts)
		}
	}
	return out
}

// Report is all differences of two sides, ready to be shown.
type Report struct {
	A, B string
	// Legend says what A and B are, if their names do not.
	Legend  []string
	Result  compare.Result
	Denials compare.DenialResult
	// OnlyA and OnlyB are what only one side allows, DeniedByA and DeniedByB what only one denies explicitly.
	OnlyA, OnlyB, DeniedByA, DeniedByB Section
}

// Section is the differences in one direction.
type Section struct {
	Title string `json:"-"`
	// Other is the side in which a request is not allowed, "" for explicit denials.
	Other string `json:"-"`
	// Note says why explicit denials matter.
	Note string       `json:"-"`
	List []Difference `json:"differences"`
	Open []Open       `json:"open"`
}

// Complete reports whether there is nothing in the section, proven.
func (s *Section) Complete() bool { return len(s.List) == 0 && len(s.Open) == 0 }

// Difference is one difference.
type Difference struct {
	// Service is * for the services of which no policy names an action.
	Service string `json:"service"`
	// Request is what shows it.
	Request *Request `json:"request"`
	// GrantedBy are the statements of the one side that allow the request, DeniedBy those of the other that
	// deny it, and NotAllowedBy the policies of the other of which no statement allows it.
	GrantedBy    []*explain.Statement `json:"grantedBy,omitempty"`
	DeniedBy     []*explain.Statement `json:"deniedBy,omitempty"`
	NotAllowedBy []string             `json:"notAllowedBy,omitempty"`
	// GrantedNearerBy are the statements of the other side that allow it to the role or the account of the
	// principal, and not to as much as those of the one side.
	GrantedNearerBy []*explain.Statement `json:"grantedNearerBy,omitempty"`
	// By and Because are the same in words: the statements that allow the request, or deny it in a section of
	// denials; and why the other side does not allow it.
	By      string `json:"-"`
	Because string `json:"-"`
}

// ServiceName is the service in words.
func (d *Difference) ServiceName() string { return serviceName(d.Service) }

// Open is a service that could not be decided, and why: * for the services of which no policy names an
// action, and "" for all services.
type Open struct {
	Service string `json:"service"`
	Reason  string `json:"reason"`
}

// ServiceName is the service in words.
func (o *Open) ServiceName() string { return serviceName(o.Service) }

func serviceName(s string) string {
	switch s {
	case "":
		return "all services"
	case "*":
		return "any other"
	}
	return s
}

// New compares two sides.
func New(a, b Side) Report {
	ca, cb := a.Policies(), b.Policies()
	all := compare.Differences(ca, cb)
	return Report{
		A: a.Name, B: b.Name, Legend: Legend(&a, &b), Result: all.Result, Denials: compare.CompareSideDenials(ca, cb),
		OnlyA:     section("Only "+a.Name+" allows", &all.OnlyA, &a, &b, false),
		OnlyB:     section("Only "+b.Name+" allows", &all.OnlyB, &b, &a, false),
		DeniedByA: section("Only "+a.Name+" denies explicitly", &all.DeniedByA, &b, &a, true),
		DeniedByB: section("Only "+b.Name+" denies explicitly", &all.DeniedByB, &a, &b, true),
	}
}

// Sections are those that have something to show, those of what is allowed first.
func (r *Report) Sections() (out []*Section) {
	for _, s := range []*Section{&r.OnlyA, &r.OnlyB, &r.DeniedByA, &r.DeniedByB} {
		if !s.Complete() {
			out = append(out, s)
		}
	}
	return out
}

// Columns are the headings of a section: of the statements, and of why not, which denials have not.
func (s *Section) Columns() (by, because string) {
	if s.Other == "" {
		return "denied by", ""
	}
	return "allowed by", "why not by " + s.Other
}

func section(title string, f *compare.Found, from, to *Side, denials bool) Section {
	s := Section{Title: title, List: []Difference{}, Open: []Open{}}
	if !denials {
		s.Other = to.Name
	} else if s.Note = "An explicit denial also overrides a resource-based policy."; to.namesPrincipals() {
		s.Note = "An explicit denial also overrides identity policies."
	}
	for i := range f.Differences {
		s.List = append(s.List, newDifference(&f.Differences[i], from, to, denials))
	}
	for _, o := range f.Open {
		s.Open = append(s.Open, Open(o))
	}
	return s
}

func newDifference(d *compare.Difference, from, to *Side, denials bool) Difference {
	out := Difference{Service: d.Service, Request: NewRequest(d.Witness)}
	var by, because []string
	for _, p := range d.GrantedBy {
		s, words := from.statement(p)
		out.GrantedBy, by = append(out.GrantedBy, s), append(by, words)
	}
	for _, p := range d.DeniedBy {
		s, words := to.statement(p)
		out.DeniedBy = append(out.DeniedBy, s)
		if denials {
			by = append(by, words)
		} else {
			because = append(because, words+" denies it")
		}
	}
	for _, p := range d.Nearer {
		s, words := to.statement(p)
		out.GrantedNearerBy = append(out.GrantedNearerBy, s)
		because = append(because, words+" allows it only to "+reached(d.Witness.Caller))
	}
	for _, layer := range d.Silent {
		if len(d.Nearer) > 0 {
			break // a side that names principals has one layer
		}
		for _, p := range to.Layers[layer] {
			out.NotAllowedBy = append(out.NotAllowedBy, p.Name)
		}
		words := "no statement allows it"
		if len(to.Layers) > 1 {
			words = "no statement of " + nameOf(to.Layers[layer]) + " allows it"
		}
		because = append(because, words)
	}
	out.By, out.Because = strings.Join(by, ", "), strings.Join(because, "; ")
	return out
}

// nameOf is the names of policies in one phrase.
func nameOf(list []Policy) string {
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	return strings.Join(slices.Compact(names), " or ")
}

// statement names a statement: for JSON, and in words. Only a side of several policies says which one.
func (s *Side) statement(p compare.Place) (out *explain.Statement, words string) {
	policy := s.Layers[p.Layer][p.Document]
	out = &explain.Statement{Policy: policy.Name, Index: p.Statement, Sid: policy.Document.Statements[p.Statement].Sid}
	words = out.String()
	if len(slices.Concat(s.Layers...)) == 1 {
		words = strings.TrimSuffix(words, " of "+policy.Name)
	}
	return out, words
}
