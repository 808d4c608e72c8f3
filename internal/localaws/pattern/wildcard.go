package pattern

import (
	"errors"
	"strings"
)

// wildcard reads a pattern in which * stands for any characters, \* for an asterisk
// and \\ for a backslash.
func wildcard(argument any) (test, error) {
	source, err := text(argument)
	if err != nil {
		return nil, err
	}
	var parts []string // what stands between the asterisks
	var part strings.Builder
	star := false
	for i := 0; i < len(source); i++ {
		switch c := source[i]; {
		case c == '*' && star:
			return nil, errors.New("consecutive wildcard characters")
		case c == '*':
			parts = append(parts, part.String())
			part.Reset()
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
	parts = append(parts, part.String())
	return textTest(func(s string) bool { return glob(parts, s) }), nil
}

// glob matches the parts between asterisks: the first and last are anchored, and each
// of the others is taken as early as it comes.
func glob(parts []string, s string) bool {
	last := len(parts) - 1
	if last == 0 {
		return s == parts[0]
	}
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1:last] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[last])
}
