package publish

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// subjectLimit is the most characters of a subject: SNS asks for less than 100.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const subjectLimit = 99

// subject is the subject line of the e-mail: printable ASCII on one line, in which the
// name gives way where there is no room for everything.
func subject(f finding.Finding) string {
	before := prefix(f.Severity, state(f))
	matter, _, _ := strings.Cut(what(f), " (")
	after := " " + matter + " (" + f.Account + ")"
	room := max(20, subjectLimit-len(before)-len(after))
	return ascii(clean(before+ascii(clean(who(f), room))+after, subjectLimit))
}

// ascii replaces what is no printable ASCII, and the ellipsis by a tilde.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '…':
			return '~'
		case r < ' ' || r > '~':
			return '?'
		}
		return r
	}, s)
}
