package explain

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

func (s Source) compiled() *compare.Compiled { return compare.Compile(s.Policy.Document) }

// together returns the policies of one layer as one document that allows the same.
func together(list []Source) *policy.Document {
	d := &policy.Document{Version: policy.Version2012}
	for _, s := range list {
		for _, statement := range s.Policy.Document.Statements {
			d.Statements = append(d.Statements, plainly(statement, s.Policy.Document.Version))
		}
	}
	return d
}

// plainly is a statement of any version as one of the version with variables.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func plainly(s policy.Statement, v policy.Version) policy.Statement {
	if v == policy.Version2012 {
		return s
	}
	literal := func(values []string) []string {
		values = slices.Clone(values)
		for i, value := range values {
			values[i] = strings.ReplaceAll(value, "${", "${$}{")
		}
		return values
	}
	s.Resource.Values = literal(s.Resource.Values)
	s.Conditions = slices.Clone(s.Conditions)
	for i := range s.Conditions {
		s.Conditions[i].Values = literal(s.Conditions[i].Values)
	}
	return s
}

// widens says what the advised document also allows, as a separate line.
func widens(what string, advised, present *policy.Document) string {
	r := compare.Compare(compare.Compile(advised), compare.Compile(present))
	switch {
	case r.ANotB != nil:
		return "\n  That widens " + what + ": it then also allows " + request(r.ANotB) + "."
	case r.Relation == compare.Equal:
		return "\n  That does not widen " + what + ": it allows the same as before."
	case r.Relation == compare.NarrowerOrEqual:
		return "\n  That does not widen " + what + ": it allows no more than before."
	case r.Relation == compare.Narrower:
		return "\n  That does not widen " + what + ": it allows less than before."
	}
	return "\n  By how much that widens " + what + " is unproven: " + r.Reason + "."
}

// request returns a witness in words.
func request(w *compare.Witness) string {
	text := w.Action
	if w.Resource != "*" {
		text += " on " + w.Resource
	}
	if len(w.Context) == 0 {
		return text
	}
	var with []string
	for _, key := range slices.Sorted(maps.Keys(w.Context)) {
		with = append(with, key+" "+list(w.Context[key]))
	}
	return text + " (with " + strings.Join(with, ", ") + ")"
}

// added returns the document with a statement at its end.
func added(d *policy.Document, s policy.Statement) *policy.Document {
	return &policy.Document{Version: d.Version, Statements: append(slices.Clone(d.Statements), s)}
}

// lifts says what a document allows once a Deny is gone.
func lifts(advised, present *policy.Document) string {
	r := compare.Compare(compare.Compile(advised), compare.Compile(present))
	if r.ANotB != nil {
		return "\n  Without it, the policy would also allow " + request(r.ANotB) + "."
	}
	if r.AWithinB == compare.Unknown {
		return "\n  What the policy would allow without it is unproven: " + r.Reason + "."
	}
	return ""
}
