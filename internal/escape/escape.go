// Package escape makes text from outside safe to show on a terminal, in a spreadsheet and in
// Markdown.
package escape

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text safe for one line of a terminal: it replaces control characters,
// bidirectional controls and line separators by spaces.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
}

// Cell prevents a spreadsheet from interpreting text as a formula.
// https://owasp.org/www-community/attacks/CSV_Injection
func Cell(s string) string {
	s = Clean(s)
	if begin, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("=+-@＝＋－＠", begin) && s != "" {
		return "'" + s
	}
	return s
}

// Markdown escapes what has a meaning in Markdown and HTML, including automatic links.
func Markdown(s string) string {
	var b strings.Builder
	for _, r := range Clean(s) {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~@$&:", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Code returns text as code in Markdown, where only backquotes and bars have a meaning.
func Code(s string) string {
	if s = Clean(s); s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + " " + strings.ReplaceAll(s, "|", `\|`) + " " + fence
}
