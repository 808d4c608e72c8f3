package prose

import "fmt"

// mostQuoted is how many characters of a text that others chose a reason has at most, and
// mostListed how many of a list of such texts it names: what matters must not come last,
// behind a page of what somebody wrote into the keys of tags.
const (
	mostQuoted = 60
	mostListed = 3
)

// quoted is the beginning of a text.
func quoted(text string) string {
	runes := []rune(text)
	if len(runes) <= mostQuoted {
		return text
	}
	return string(runes[:mostQuoted-1]) + "…"
}

// listed are the beginnings of the first of some texts.
func listed(texts []string) string {
	var out string
	for i, t := range texts {
		switch {
		case i == mostListed:
			return fmt.Sprintf("%s and %d more", out, len(texts)-i)
		case i > 0:
			out += ", "
		}
		out += quoted(t)
	}
	return out
}
