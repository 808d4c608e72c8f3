package eval

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// action is a value of an Action element, ready to be matched. Names of services and
// actions are not case-sensitive, and there are no variables in them.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
type action struct {
	pattern
	// head and mask are the first bytes of what it matches, as far as they are fixed:
	// most patterns are ruled out by them. They settle it where short is true.
	head, mask uint64
	short      bool
}

func compileAction(s string) action {
	a := action{pattern: compilePattern(policy.ParsePattern, s, policy.Version2008)}
	text, rest := a.Prefix()
	a.head = head(text)
	for i := range min(len(text), 8) {
		a.mask |= 0xff << (8 * i)
	}
	a.short = rest && len(text) <= 8 && strings.IndexByte(text, 0) < 0
	return a
}

// head gives the first eight bytes of an action in lower case, 0 for those it lacks.
func head(s string) uint64 {
	var h uint64
	for i := range min(len(s), 8) {
		h |= uint64(wildcard.Lower(s[i])) << (8 * i)
	}
	return h
}

// covers reports whether the pattern matches the request's action.
func (a *action) covers(e *env) bool {
	if (e.head^a.head)&a.mask != 0 {
		return false
	}
	return a.short || a.Match(e.action, wildcard.Options{Fold: wildcard.FoldASCII})
}
