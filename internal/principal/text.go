package principal

import "strings"

// Text is a text of which perhaps not all is known, such as a name that IAM completes when it
// creates the principal. The zero Text is absent.
type Text struct {
	// literals are the known parts. Between each two of them is an unknown part, which may be
	// empty.
	literals []string
}

// Known returns a text that is completely known.
func Known(s string) Text { return Text{literals: []string{s}} }

// Unknown returns a text of which nothing is known.
func Unknown() Text { return Text{literals: []string{"", ""}} }

// IsAbsent reports whether there is no text.
func (t Text) IsAbsent() bool { return len(t.literals) == 0 }

// Value returns the text, if all of it is known. An absent text is known to be empty.
func (t Text) Value() (s string, ok bool) {
	switch len(t.literals) {
	case 0:
		return "", true
	case 1:
		return t.literals[0], true
	}
	return "", false
}

// Literals returns the known parts. Between each two of them is an unknown part.
func (t Text) Literals() []string { return t.literals }

// Then returns the text followed by another one.
func (t Text) Then(o Text) Text {
	switch {
	case t.IsAbsent():
		return o
	case o.IsAbsent():
		return t
	}
	last := len(t.literals) - 1
	joined := make([]string, 0, len(t.literals)+len(o.literals)-1)
	joined = append(joined, t.literals[:last]...)
	joined = append(joined, t.literals[last]+o.literals[0])
	return Text{literals: append(joined, o.literals[1:]...)}
}

// Fill returns the text with each unknown part replaced.
func (t Text) Fill(with string) string { return strings.Join(t.literals, with) }

// MayBe reports whether the text may be s.
func (t Text) MayBe(s string) bool {
	if v, ok := t.Value(); ok {
		return v == s
	}
	last := len(t.literals) - 1
	s, ok := strings.CutPrefix(s, t.literals[0])
	if !ok {
		return false
	}
	if s, ok = strings.CutSuffix(s, t.literals[last]); !ok {
		return false
	}
	for _, inner := range t.literals[1:last] {
		at := strings.Index(s, inner)
		if at < 0 {
			return false
		}
		s = s[at+len(inner):]
	}
	return true
}

// Partial is a user or role of which perhaps not all is known, as in a plan of changes. Its
// partition is known or assumed.
type Partial struct {
	Kind      Kind
	Partition string
	Account   Text
	Path      Text
	Name      Text
	Tags      map[string]Text
	// OtherTags is set if it may have more tags than Tags.
	OtherTags bool
	// ID is the unique id. It is unknown for a principal that may exist already. For one that
	// will be created it is [NewID].
	ID Text
}

// NewID stands for the unique id of a principal that does not exist yet. IAM never returns it.
const NewID = "(new)"
