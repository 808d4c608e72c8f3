package compare

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// actionGlob is one glob of the Action elements of all sides, with the rules that it is in.
type actionGlob struct {
	text    string
	wild    bool       // it has a wildcard
	strings *lang.Glob // see language
	in      bits
	// covered is the rules in which a glob has all actions of this one, met those with NotAction in
	// which one may have some of them. See cover.
	covered, met bits
}

func newActionGlob(text string) actionGlob {
	return actionGlob{text: text, wild: strings.ContainsAny(text, "*?")}
}

// language is the glob as a set of strings, made when it is first asked for.
func (g *actionGlob) language() *lang.Glob {
	if g.strings == nil {
		g.strings = lang.New(wildcard.AppendTokens(nil, g.text), false, nil)
	}
	return g.strings
}

// within reports that every action of g is one of o. False proves nothing.
func (g *actionGlob) within(o *actionGlob) bool {
	switch {
	case o.text == "*" || g.text == o.text:
		return true
	case !g.wild:
		return wildcard.Match(o.text, g.text)
	}
	return o.wild && g.language().Within(o.language())
}

// apart reports that no action matches both globs. False proves nothing.
func (g *actionGlob) apart(o *actionGlob) bool {
	switch {
	case !g.wild:
		return !wildcard.Match(o.text, g.text)
	case !o.wild:
		return !wildcard.Match(g.text, o.text)
	}
	return g.language().Apart(o.language())
}
