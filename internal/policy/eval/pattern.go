package eval

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// pattern is a string of a policy, ready to be matched.
type pattern = wildcard.Pattern

// compilePattern prepares a string that parse reads.
func compilePattern(parse func(string, policy.Version) policy.Pattern, s string, v policy.Version) pattern {
	if s == "*" {
		return wildcard.Any()
	}
	return wildcard.Compile(keyed(parse(s, v).Tokens))
}

// compileText prepares a string in which * and ? stand for themselves.
func compileText(s string, v policy.Version) pattern {
	if strings.IndexByte(s, '$') < 0 {
		return wildcard.Text(s)
	}
	return wildcard.Compile(keyed(policy.ParseText(s, v).Tokens))
}

// keyed puts the keys of variables into lower case, in which they are looked up.
func keyed(tokens []wildcard.Token) []wildcard.Token {
	for i := range tokens {
		if tokens[i].Kind == wildcard.Variable {
			tokens[i].Text = strings.ToLower(tokens[i].Text)
		}
	}
	return tokens
}

// fields gives the offset up to which the wildcards of an ARN pattern take no colon:
// the end of the fifth part of the ARN s.
func fields(s string) int {
	colons := 0
	for i := 0; i < len(s); i++ {
		if s[i] == ':' {
			if colons++; colons == 5 {
				return i + 1
			}
		}
	}
	return len(s)
}
