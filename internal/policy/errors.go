package policy

import "fmt"

// Error is a problem of a document: what is wrong, where, and what to do.
type Error struct {
	// Pos is the place in the (decoded) text; the zero Pos where it is not known.
	Pos Pos
	// Msg says what is wrong, in words for the document's author.
	Msg string
}

// Error gives the place and the problem.
func (e *Error) Error() string {
	if e.Pos == (Pos{}) {
		return "policy document: " + e.Msg
	}
	return fmt.Sprintf("policy document, line %d, column %d: %s", e.Pos.Line, e.Pos.Column, e.Msg)
}
