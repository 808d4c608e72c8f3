// Package escape makes text that others chose safe to show: on a terminal, in a spreadsheet, in
// Markdown.
package escape

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text safe for a terminal and for one line: control characters, those that turn the
// direction of text, and those that end a line or paragraph become spaces.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
}

// Cell keeps a spreadsheet from taking text for a formula.
// https://owasp.org/www-community/attacks/CSV_Injection
func Cell(s string) string {
	s = Clean(s)
	if begin, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("=+-@＝＋－＠", begin) && s != "" {
		return "'" + s
	}
	return s
}

// Markdown escapes what Markdown and HTML would take for something else, an address for a link
// included.
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

// Code is text as code in Markdown: only backquotes and bars mean something in it.
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
