package plan

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// ReverseCommand returns the AWS CLI command that reverses the action, to paste into a shell.
// It is empty for an action that writes nothing, and if a name has a character that IAM does
// not allow: no command is better than a wrong one.
//
// previous is what the action replaces: for [finding.Reattach] and [finding.Quarantine] the ARN
// of the attached boundary, empty if there was none; for [finding.Restore] the id of the
// default version. A pruned version cannot be brought back.
// https://docs.aws.amazon.com/cli/latest/reference/iam/
func (a Action) ReverseCommand(previous string) string {
	switch a.Kind {
	case finding.Reattach, finding.Quarantine:
		kind := string(a.Principal.Kind)
		name := option{"--" + kind + "-name", a.Principal.Name}
		if previous == "" {
			return command("delete-"+kind+"-permissions-boundary", name)
		}
		return command("put-"+kind+"-permissions-boundary", name, option{"--permissions-boundary", previous})
	case finding.Restore:
		return command("set-default-policy-version", option{"--policy-arn", a.Policy}, option{"--version-id", previous})
	case finding.CreatePolicy:
		return DeletePolicyCommand(a.Policy)
	}
	return ""
}

// DeletePolicyCommand returns the AWS CLI command that deletes a policy.
func DeletePolicyCommand(policyARN string) string {
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
		// The AWS CLI takes a value that begins with a dash for an option.
		if o.value[0] == '-' {
			b.WriteByte('=')
		} else {
			b.WriteByte(' ')
		}
		b.WriteString(quote(o.value))
	}
	return b.String()
}

// quote makes a value one word for a POSIX shell. IAM allows names with characters that have a
// meaning in a shell, such as = and ~, and an attacker may choose the name.
func quote(s string) string {
	if containsOnly(s, plainWord) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

func containsOnly(s, set string) bool {
	for i := 0; i < len(s); i++ {
		if strings.IndexByte(set, s[i]) < 0 {
			return false
		}
	}
	return true
}

// plainWord are the characters without a meaning inside a word in any shell.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+:,./-"

// isPrintable reports whether s has only visible ASCII characters, as all names and ARNs of IAM
// do.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func isPrintable(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
