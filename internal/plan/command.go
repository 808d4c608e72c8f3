package plan

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// Command is the aws command that carries the action out, for people to paste into a shell.
// It is empty for an action that writes nothing, and where [Action.Undo] would be.
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
		create := a.writing(command("create-policy-version", option{"--policy-arn", a.Policy}), " --set-as-default")
		if a.Prune == "" || create == "" {
			return create
		}
		return command("delete-policy-version", option{"--policy-arn", a.Policy}, option{"--version-id", a.Prune}) + " && " + create
	case finding.CreatePolicy:
		if p, err := principal.ParsePolicy(a.Policy); err == nil {
			return a.writing(command("create-policy", option{"--policy-name", p.Name}, option{"--path", p.Path}), "")
		}
	}
	return ""
}

// writing is a command with the document to write, in one line: a line break in a command is
// none that people paste safely.
func (a Action) writing(command, more string) string {
	var document bytes.Buffer
	if command == "" || json.Compact(&document, a.Document) != nil || strings.ContainsFunc(document.String(), unicode.IsControl) {
		return ""
	}
	return command + " --policy-document " + quote(document.String()) + more
}
