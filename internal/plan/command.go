package plan

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// Command returns the AWS CLI command that carries the action out, to paste into a shell. It is
// empty for an action that writes nothing, and if a name has a character that IAM does not
// allow; see [Action.ReverseCommand].
//
// https://docs.aws.amazon.com/cli/latest/reference/iam/
func (a Action) Command() string {
	switch a.Kind {
	case finding.Reattach, finding.Quarantine:
		kind := string(a.Principal.Kind)
		return command("put-"+kind+"-permissions-boundary", option{"--" + kind + "-name", a.Principal.Name}, option{"--permissions-boundary", a.Boundary})
	case finding.Restore:
		if a.SetDefault != "" {
			return command("set-default-policy-version", option{"--policy-arn", a.Policy}, option{"--version-id", a.SetDefault})
		}
		create := a.withDocument(command("create-policy-version", option{"--policy-arn", a.Policy}), " --set-as-default")
		if a.Prune == "" || create == "" {
			return create
		}
		return command("delete-policy-version", option{"--policy-arn", a.Policy}, option{"--version-id", a.Prune}) + " && " + create
	case finding.CreatePolicy:
		if p, err := principal.ParsePolicy(a.Policy); err == nil {
			return a.withDocument(command("create-policy", option{"--policy-name", p.Name}, option{"--path", p.Path}), "")
		}
	}
	return ""
}

// withDocument appends the document to write to a command. The result has one line: pasting a
// command with a line break is not safe.
func (a Action) withDocument(command, more string) string {
	var document bytes.Buffer
	if command == "" || json.Compact(&document, a.Document) != nil || strings.ContainsFunc(document.String(), unicode.IsControl) {
		return ""
	}
	return command + " --policy-document " + quote(document.String()) + more
}
