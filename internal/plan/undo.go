package plan

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// Undo is the aws command that reverts the action, for people to paste into a shell. It
// is empty for an action that writes nothing, and where the action's names have a
// character that IAM allows in none: no command is better than a wrong one.
//
// The argument is what the action takes the place of: for [finding.Reattach] and
// [finding.Quarantine] the ARN of the boundary that was attached, empty where there was
// none; for [finding.Restore] the id of the version that was the default. A version
// that was pruned does not come back.
//
// https://docs.aws.amazon.com/cli/latest/reference/iam/
func (a Action) Undo(was string) string {
	switch a.Kind {
	case finding.Reattach, finding.Quarantine:
		kind := string(a.Principal.Kind)
		name := option{"--" + kind + "-name", a.Principal.Name}
		if was == "" {
			return command("delete-"+kind+"-permissions-boundary", name)
		}
		return command("put-"+kind+"-permissions-boundary", name, option{"--permissions-boundary", was})
	case finding.Restore:
		return command("set-default-policy-version", option{"--policy-arn", a.Policy}, option{"--version-id", was})
	case finding.CreatePolicy:
		return Free(a.Policy)
	}
	return ""
}

// Free is the aws command that deletes a policy whose name is needed, once nothing uses it.
func Free(policyARN string) string {
	return command("delete-policy", option{"--policy-arn", policyARN})
}

type option struct{ name, value string }

func command(verb string, options ...option) string {
	var b strings.Builder
	b.WriteString("aws iam " + verb)
	for _, o := range options {
		if o.value == "" || !isPrintable(o.value) {
			return ""
		}
		b.WriteString(" " + o.name)
		// The aws command would take a value that begins with a dash for an option.
		if o.value[0] == '-' {
			b.WriteByte('=')
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(quote(o.value))
	}
	return b.String()
}

// quote makes a value one word for a POSIX shell. IAM allows names to hold characters
// that a shell reads, such as = and ~, and names come from the one who made the principal.
func quote(s string) string {
	if onlyOf(s, plainWord) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func onlyOf(s, set string) bool {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(set, s[i]) < 0 {
			return false
		}
	}
	return true
}

// plainWord are the characters that no shell gives a meaning inside a word.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+:,./-"

// isPrintable reports whether s is of visible ASCII characters only, as every name and
// ARN of IAM is.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func isPrintable(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
