package pattern

import (
	"errors"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// glob compiles a pattern in which * matches any characters, \* an asterisk and \\ a backslash.
func glob(argument any) (test, error) {
	source, err := text(argument)
	if err != nil {
		return nil, err
	}
	var tokens []wildcard.Token
	var part strings.Builder
	literal := func() {
		if part.Len() > 0 {
			tokens = append(tokens, wildcard.Token{Text: part.String()})
			part.Reset()
		}
	}
	star := false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '*' && star:
			return nil, errors.New("consecutive wildcard characters")
		case c == '*':
			literal()
			tokens = append(tokens, wildcard.Token{Kind: wildcard.AnyRun})
			star = true
			continue
		case c == '\\':
			i++
			if i == len(source) || source[i] != '*' && source[i] != '\\' {
				return nil, errors.New(`\ must be followed by * or \`)
			}
			part.WriteByte(source[i])
		default:
			part.WriteByte(c)
		}
		star = false
	}
	literal()
	p := wildcard.Compile(tokens)
	return textTest(func(s string) bool { return p.Match(s, wildcard.Options{}) }), nil
}
