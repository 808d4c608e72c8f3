package prose

import "fmt"

// maxQuoted limits the characters of a text from outside, and maxListed the number of such
// texts in a list: otherwise an attacker could hide what matters behind a page of tag keys.
const (
	maxQuoted = 60
	maxListed = 3
)

// quoted returns the beginning of a text.
func quoted(text string) string {
	runes := []rune(text)
	if len(runes) <= maxQuoted {
		return text
	}
	return string(runes[:maxQuoted-1]) + "…"
}

// listed returns the beginnings of the first few texts.
func listed(texts []string) string {
	var out string
	for i, t := range texts {
		switch {
		case i == maxListed:
			return fmt.Sprintf("%s and %d more", out, len(texts)-i)
		case i > 0:
			out += ", "
		}
		out += quoted(t)
	}
	return out
}
