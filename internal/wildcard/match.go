package wildcard

import "unicode/utf8"

// Options are what a match depends on besides pattern and text. In the zero value case counts,
// wildcards take every character, and variables have no value.
type Options struct {
	// Value gives a variable its value. A pattern with a variable that has none matches nothing.
	Value func(variable Token) (value string, ok bool)
	Fold  Fold
	// Fields is an offset into the text before which wildcards take no colon, so that they keep to
	// their field of an ARN. Only a * at the end of the pattern takes all that follows.
	Fields int
}

// Match reports whether the pattern stands for the whole of s: case counts, and wildcards take
// every character. It allocates nothing where the pattern has fewer than eight wildcards.
func Match(pattern, s string) bool {
	i := 0
	for i < len(pattern) && pattern[i] != '*' && pattern[i] != '?' {
		if i == len(s) || pattern[i] != s[i] {
			return false
		}
		i++
	}
	pattern, s = pattern[i:], s[i:]
	switch pattern {
	case "":
		return s == ""
	case "*":
		return true
	}
	var room [16]Token
	return match(AppendTokens(room[:0], pattern), s, Options{})
}

// Match reports whether the pattern stands for the whole of s.
func (p *Pattern) Match(s string, o Options) bool {
	switch p.shape {
	case everything:
		return true
	case exact:
		n, ok := begins(s, p.text, o.Fold)
		return ok && n == len(s)
	case prefix:
		_, ok := begins(s, p.text, o.Fold)
		return ok
	default:
		return match(p.tokens, s, o)
	}
}

// match walks tokens and text together. After a mismatch it lets the last * take one character more.
// Earlier ones need no second try: what they could still take the last one takes too, or there is a
// colon in between that no wildcard takes. So the time is bounded by the product of both lengths.
func match(tokens []Token, s string, o Options) bool {
	t, i := 0, 0
	star, from := -1, 0
	for {
		switch {
		case t == len(tokens):
			if i == len(s) {
				return true
			}
		case tokens[t].Kind == AnyRun:
			if t == len(tokens)-1 {
				return true
			}
			star, from = t, i
			t++
			continue
		default:
			n, ok := take(&tokens[t], s[i:], &o, o.Fields-i)
			if ok {
				t, i = t+1, i+n
				continue
			}
			if n < 0 {
				return false
			}
		}
		if star < 0 {
			return false
		}
		n := character(s[from:], o.Fields-from)
		if n == 0 {
			return false
		}
		from += n
		t, i = star+1, from
	}
}

// take gives how many bytes of s the token covers. The count is -1 where the token covers no text at
// all: a variable that has no value.
func take(t *Token, s string, o *Options, fields int) (int, bool) {
	switch t.Kind {
	case Literal:
		return begins(s, t.Text, o.Fold)
	case AnyOne:
		n := character(s, fields)
		return n, n > 0
	}
	if o.Value == nil {
		return -1, false
	}
	value, ok := o.Value(*t)
	if !ok {
		return -1, false
	}
	return begins(s, value, o.Fold)
}

// character gives the length of the first character of s if a wildcard may take it.
func character(s string, fields int) int {
	if s == "" || s[0] == ':' && fields > 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}
