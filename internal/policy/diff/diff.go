package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
)

// Diff gives one line of at most [MaxLine] characters for each statement that differs
// between two documents, none if they differ in spelling alone. Sids, the order of
// statements and the order and case that mean nothing are not told.
//
//	added: Deny iam:* on *
//	removed: Allow s3:GetObject on arn:aws:s3:::logs/*
//	changed Workloads: action +iam:CreateUser, condition -Bool aws:SecureTransport true
func Diff(before, after *policy.Document) []string {
	old, now := statements(before), statements(after)
	removeCommon(&old, &now)
	var lines []string
	if a, b := version(before), version(after); a != b {
		lines = append(lines, fmt.Sprintf("version: %s became %s", a, b))
	}
	for _, p := range match(old, now) {
		switch {
		case p.now == nil:
			lines = append(lines, shorten("removed: "+p.old.String()))
		case p.old == nil:
			lines = append(lines, shorten("added: "+p.now.String()))
		default:
			lines = append(lines, shorten("changed "+p.old.name()+": "+strings.Join(p.old.changes(p.now), ", ")))
		}
	}
	return lines
}

func version(d *policy.Document) policy.Version {
	if d.Version == "" {
		return policy.Version2008
	}
	return d.Version
}

// statement is a statement as sets of words, and all of it as text.
type statement struct {
	sid      string
	effect   string
	elements [3]element
	text     string
}

// element is the values of one element.
type element struct {
	name   string // such as action or not action
	values []value
}

// value is a value as it was written, and in the spelling by which it is known.
type value struct{ shown, known string }

func statements(d *policy.Document) []*statement {
	out := make([]*statement, len(d.Statements))
	for i := range d.Statements {
		s := &d.Statements[i]
		// One statement by itself in the spelling that stands for all.
		alone := (&policy.Document{Version: policy.Version2012, Statements: []policy.Statement{*s}}).Canonical()
		out[i] = &statement{
			sid:    s.Sid,
			effect: string(s.Effect),
			elements: [3]element{
				{not("action", s.Action.Not), values(s.Action.Values, strings.ToLower)},
				{not("resource", s.Resource.Not), values(s.Resource.Values, strings.Clone)},
				{"condition", conditions(s)},
			},
			text: alone.String(),
		}
	}
	return out
}

func not(name string, not bool) string {
	if not {
		return "not " + name
	}
	return name
}

func values(written []string, known func(string) string) []value {
	out := make([]value, len(written))
	for i, s := range written {
		out[i] = value{s, known(s)}
	}
	return once(out)
}

// conditions has one value for each value of each key.
func conditions(s *policy.Statement) []value {
	var out []value
	for _, c := range s.Conditions {
		for _, v := range c.Values {
			operator := c.Operator.String()
			out = append(out, value{operator + " " + c.Key + " " + v, operator + " " + strings.ToLower(c.Key) + " " + v})
		}
	}
	return once(out)
}

// once gives the values in order and each once.
func once(list []value) []value {
	slices.SortFunc(list, func(a, b value) int { return strings.Compare(a.known, b.known) })
	return slices.CompactFunc(list, func(a, b value) bool { return a.known == b.known })
}

// name is what to call the statement: its Sid, or its effect and first action.
func (s *statement) name() string {
	if s.sid != "" {
		return s.sid
	}
	return s.effect + " " + list(s.elements[0].values)
}

// String is the statement in short.
func (s *statement) String() string {
	var b strings.Builder
	b.WriteString(s.effect)
	for i, e := range s.elements {
		if len(e.values) == 0 {
			continue
		}
		b.WriteString([...]string{" ", " on ", " if "}[i])
		if strings.HasPrefix(e.name, "not ") {
			b.WriteString("all but ")
		}
		b.WriteString(list(e.values))
	}
	return b.String()
}

// list is the first values, and how many more there are.
func list(values []value) string {
	const most = 2
	var shown []string
	for _, v := range values[:min(len(values), most)] {
		shown = append(shown, v.shown)
	}
	text := strings.Join(shown, ", ")
	if more := len(values) - most; more > 0 {
		text = fmt.Sprintf("%s and %d more", text, more)
	}
	return text
}

// changes says what the other statement has more and less.
func (s *statement) changes(o *statement) []string {
	var out []string
	if s.effect != o.effect {
		out = append(out, s.effect+" became "+o.effect)
	}
	for i, e := range s.elements {
		f := o.elements[i]
		if e.name != f.name {
			out = append(out, e.name+" became "+f.name)
		}
		for _, v := range missing(f.values, e.values) {
			out = append(out, e.name+" +"+v.shown)
		}
		for _, v := range missing(e.values, f.values) {
			out = append(out, e.name+" -"+v.shown)
		}
	}
	if out == nil {
		out = append(out, "who it is for")
	}
	return out
}

// missing gives the values that the others have not.
func missing(values, others []value) []value {
	var out []value
	for _, v := range values {
		if !slices.ContainsFunc(others, func(o value) bool { return o.known == v.known }) {
			out = append(out, v)
		}
	}
	return out
}
