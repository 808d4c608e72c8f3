package wildcard

// Kind says what a [Token] stands for.
type Kind uint8

// The kinds of token.
const (
	// Literal is a run of characters that stand for themselves.
	Literal Kind = iota
	// AnyRun is the wildcard *: any characters, or none.
	AnyRun
	// AnyOne is the wildcard ?: exactly one character.
	AnyOne
	// Variable is text that is known only when the pattern is matched: ${key} or ${key, 'default'} of a
	// policy. Each character of it stands for itself.
	Variable
)

// Token is one part of a pattern.
type Token struct {
	Kind Kind
	// Text is a literal's characters, or a variable's key.
	Text string
	// Default is the value of a variable whose key is missing, if HasDefault.
	Default    string
	HasDefault bool
}

// AppendTokens reads a pattern and appends its tokens. Nothing can be escaped.
func AppendTokens(tokens []Token, pattern string) []Token {
	from := 0
	for i := 0; i < len(pattern); i++ {
		kind := AnyRun
		switch pattern[i] {
		case '*':
		case '?':
			kind = AnyOne
		default:
			continue
		}
		if from < i {
			tokens = append(tokens, Token{Text: pattern[from:i]})
		}
		tokens = append(tokens, Token{Kind: kind})
		from = i + 1
	}
	if from < len(pattern) {
		tokens = append(tokens, Token{Text: pattern[from:]})
	}
	return tokens
}

// Pattern is a pattern that was made ready once, to be matched often. The zero value matches the
// empty text. It is immutable and safe for concurrent use.
type Pattern struct {
	shape  shape
	text   string // the literal that it begins with
	tokens []Token
}

// shape tells the patterns apart that need no tokens: most.
type shape uint8

const (
	exact      shape = iota // text
	prefix                  // text*
	everything              // *
	mixed                   // tokens
)

// Compile makes a pattern of tokens, and keeps them.
func Compile(tokens []Token) Pattern {
	if len(tokens) == 0 {
		return Pattern{}
	}
	first := tokens[0]
	switch {
	case first.Kind == AnyRun && len(tokens) == 1:
		return Pattern{shape: everything}
	case first.Kind != Literal:
		return Pattern{shape: mixed, tokens: tokens}
	case len(tokens) == 1:
		return Pattern{shape: exact, text: first.Text}
	case len(tokens) == 2 && tokens[1].Kind == AnyRun:
		return Pattern{shape: prefix, text: first.Text}
	}
	return Pattern{shape: mixed, text: first.Text, tokens: tokens}
}

// Text is the pattern that matches s alone.
func Text(s string) Pattern { return Pattern{shape: exact, text: s} }

// Any is the pattern *.
func Any() Pattern { return Pattern{shape: everything} }

// Everything reports whether the pattern is *.
func (p *Pattern) Everything() bool { return p.shape == everything }

// Literal reports whether the pattern has neither wildcard nor variable.
func (p *Pattern) Literal() bool { return p.shape == exact }

// Prefix is the literal text that the pattern begins with. All that begins so matches where rest is
// true.
func (p *Pattern) Prefix() (text string, rest bool) {
	return p.text, p.shape == prefix || p.shape == everything
}

// Tokens are the parts of the pattern.
func (p *Pattern) Tokens() []Token {
	switch p.shape {
	case mixed:
		return p.tokens
	case everything:
		return []Token{{Kind: AnyRun}}
	case prefix:
		return []Token{{Text: p.text}, {Kind: AnyRun}}
	}
	if p.text == "" {
		return nil
	}
	return []Token{{Text: p.text}}
}
