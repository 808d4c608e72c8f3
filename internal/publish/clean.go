package publish

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes one harmless line of a text that others chose: no control characters and
// no invisible ones (which turn the direction of text or hide parts of it), no line
// breaks, no runs of spaces, no web addresses that a mail program makes links of, and no
// more than most characters.
func clean(s string, most int) string {
	if isLine(s) {
		return cutRunes(disarm(s), most)
	}
	var b strings.Builder
	n, gap := 0, false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			gap = n > 0
			continue
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			continue
		case n > 4*most: // enough to cut from, also where the text grows again below
			return cutRunes(disarm(b.String()), most)
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(r)
		n++
	}
	return cutRunes(disarm(b.String()), most)
}

// isLine reports whether s is one line of printable ASCII without surplus spaces, as
// nearly all texts are.
func isLine(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' || s[i] == ' ' && (i == 0 || i == len(s)-1 || s[i-1] == ' ') {
			return false
		}
	}
	return true
}

// disarm breaks web addresses in the way in which security people write them.
func disarm(s string) string {
	s = strings.ReplaceAll(s, "://", "[:]//")
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '.')
		if i < 0 {
			return s
		}
		at += i
		if at >= 3 && strings.EqualFold(s[at-3:at], "www") {
			s = s[:at] + "[.]" + s[at+1:]
			at += len("[.]")
		} else {
			at++
		}
	}
}

// cutRunes cuts s to at most n characters, the last of which is then an ellipsis.
func cutRunes(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// inert is clean for text in a chat notification, which the service renders in the
// markup of Slack or Teams. The characters of the markup are replaced rather than
// escaped, so that nothing depends on how often somebody unescapes: Slack's angle
// brackets (links, <!channel>, <@user>), code spans, and the brackets of links. A
// mention of everybody gets an invisible break.
//
// https://docs.slack.dev/messaging/formatting-message-text
func inert(s string, most int) string {
	return unmention(clean(strings.Map(unmark, s), most))
}

// code is inert text in a code span, in which chat programs see no markup at all. Empty
// text gives none.
func code(s string, most int) string {
	if s = inert(s, most); s == "" {
		return ""
	}
	return "`" + s + "`"
}

func unmark(r rune) rune {
	switch r {
	case '<':
		return '‹'
	case '>':
		return '›'
	case '`':
		return '\''
	case '[':
		return '('
	case ']':
		return ')'
	}
	return r
}

// unmention puts an invisible space behind the @ of @here and its like.
func unmention(s string) string {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '@')
		if i < 0 {
			return s
		}
		at += i + 1
		for _, all := range [...]string{"here", "channel", "everyone", "all"} {
			if len(s)-at >= len(all) && strings.EqualFold(s[at:at+len(all)], all) {
				s = s[:at] + "\u200b" + s[at:]
				break
			}
		}
	}
}
