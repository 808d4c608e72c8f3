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
	before, after := prefix(f.Severity, state(f)), inAccount(f.Account, "", 0)
	matter, _, _ := strings.Cut(what(f), " (")
	name := ascii(clean(who(f), max(leastName, subjectLimit-len(before)-len(matter)-1-len(after))))
	line := ascii(clean(before+name+" "+matter, subjectLimit-len(after)))
	return line + inAccount(f.Account, f.AccountName, subjectLimit-len(line))
}

// leastName is how much of a name the rest of a subject leaves.
const leastName = 20

// inAccount ends a subject: with the id, which filters of mails can look for, and with the name of the
// account where there is room for that.
func inAccount(id, name string, room int) string {
	id, name = ascii(clean(id, 20)), ascii(clean(name, 30))
	if with := " (" + name + " " + id + ")"; name != "" && len(with) <= room {
		return with
	}
	return " (" + id + ")"
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
