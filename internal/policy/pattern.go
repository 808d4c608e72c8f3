package policy

import (
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Pattern is a string of a policy, read: an action, a resource or a condition value.
// Two literals are never neighbours, and no literal is empty, so that an empty
// string has no tokens.
type Pattern struct {
	// Source is the string as written.
	Source string
	Tokens []wildcard.Token
}

// ParsePattern reads a string in which * and ? are wildcards: an action, a resource, a
// value of StringLike or of an ARN operator. In a document of [Version2012] it also
// reads variables, their defaults, and the escapes ${*}, ${?} and ${$}. In older
// documents, and where the braces do not close, "${" is just text.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func ParsePattern(s string, v Version) Pattern { return parsePattern(s, v, true) }

// ParseText reads a string in which * and ? stand for themselves, such as a value of
// StringEquals. Variables and escapes are read as in [ParsePattern].
func ParseText(s string, v Version) Pattern { return parsePattern(s, v, false) }

func parsePattern(s string, v Version, wildcards bool) Pattern {
	p := Pattern{Source: s}
	if s == "" {
		return p
	}
	special := "$"
	switch {
	case wildcards && v.Variables():
		special = "*?$"
	case wildcards:
		special = "*?"
	case !v.Variables():
		p.Tokens = []wildcard.Token{{Text: s}}
		return p
	}
	for s != "" {
		i := strings.IndexAny(s, special)
		if i < 0 {
			p.literal(s)
			break
		}
		p.literal(s[:i])
		s = s[i:]
		switch s[0] {
		case '*':
			p.Tokens = append(p.Tokens, wildcard.Token{Kind: wildcard.AnyRun})
			s = s[1:]
		case '?':
			p.Tokens = append(p.Tokens, wildcard.Token{Kind: wildcard.AnyOne})
			s = s[1:]
		default:
			n := p.braces(s)
			if n == 0 {
				p.literal(s[:1])
				n = 1
			}
			s = s[n:]
		}
	}
	return p
}

// literal adds text, to the last token if that is a literal too.
func (p *Pattern) literal(s string) {
	if s == "" {
		return
	}
	if n := len(p.Tokens); n > 0 && p.Tokens[n-1].Kind == wildcard.Literal {
		p.Tokens[n-1].Text += s
		return
	}
	p.Tokens = append(p.Tokens, wildcard.Token{Kind: wildcard.Literal, Text: s})
}

// braces reads the ${…} that s begins with, and gives its length, or 0 if there is
// none.
func (p *Pattern) braces(s string) int {
	if len(s) < 4 || s[1] != '{' {
		return 0
	}
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return 0
	}
	inner := s[2:end]
	switch inner {
	case "*", "?", "$":
		p.literal(inner)
		return end + 1
	}
	key, rest, hasDefault := strings.Cut(inner, ",")
	t := wildcard.Token{Kind: wildcard.Variable, Text: strings.TrimSpace(key), HasDefault: hasDefault}
	if hasDefault {
		// The default is in single quotes and may itself hold a brace.
		from := 2 + len(key) + 1
		open := strings.IndexByte(s[from:], '\'')
		if open < 0 || strings.TrimSpace(s[from:from+open]) != "" {
			return 0
		}
		from += open + 1
		length := strings.IndexByte(s[from:], '\'')
		if length < 0 {
			return 0
		}
		t.Default = s[from : from+length]
		from += length + 1
		tail := strings.IndexByte(s[from:], '}')
		if tail < 0 || strings.TrimSpace(s[from:from+tail]) != "" {
			return 0
		}
		end = from + tail
	} else if rest != "" {
		return 0
	}
	if t.Text == "" {
		return 0
	}
	p.Tokens = append(p.Tokens, t)
	return end + 1
}

// Wild reports whether the pattern has a wildcard.
func (p Pattern) Wild() bool {
	for _, t := range p.Tokens {
		if t.Kind == wildcard.AnyRun || t.Kind == wildcard.AnyOne {
			return true
		}
	}
	return false
}

// Variables reports whether the pattern has a variable.
func (p Pattern) Variables() bool {
	for _, t := range p.Tokens {
		if t.Kind == wildcard.Variable {
			return true
		}
	}
	return false
}

// ParseResource reads a value of a Resource element as [ParsePattern] does, and
// completes an ARN that has fewer than its six fields: in identity policies and
// boundaries arn:aws:sqs means arn:aws:sqs:*:*:*. One that ends in * needs no
// completion, since that wildcard already covers what is missing. Statements with a
// Principal are not completed: read their resources with ParsePattern.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
func ParseResource(s string, v Version) Pattern {
	p := ParsePattern(s, v)
	n := len(p.Tokens)
	if !strings.HasPrefix(s, "arn:") || p.Tokens[n-1].Kind == wildcard.AnyRun {
		return p
	}
	colons := 0
	for _, t := range p.Tokens {
		if t.Kind == wildcard.Literal {
			colons += strings.Count(t.Text, ":")
		}
	}
	for ; colons < 5; colons++ {
		p.literal(":")
		p.Tokens = append(p.Tokens, wildcard.Token{Kind: wildcard.AnyRun})
	}
	return p
}
