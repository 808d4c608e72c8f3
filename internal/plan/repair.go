package plan

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// Repair is the command that carries out all that the decision would write, in its order, for
// people to paste into a shell: a later command runs only where the earlier ones succeeded. It is
// empty where the decision writes nothing, and where one of its actions has no safe command: a
// part of a repair can be worse than none.
//
// The document is the approved one, which the ledger does not keep; nil where there is none.
func (d Decision) Repair(document []byte) string {
	var commands []string
	for _, a := range d.Actions {
		if !a.Writes() {
			continue
		}
		if a.Document == nil && (a.Kind == finding.Restore || a.Kind == finding.CreatePolicy) {
			a.Document = document
		}
		command := a.Command()
		if command == "" {
			return ""
		}
		commands = append(commands, command)
	}
	return strings.Join(commands, " && ")
}
