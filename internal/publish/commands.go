package publish

import "github.com/ringfence/ringfence/internal/finding"

// repairCommand is the command that remediates as it must be typed, or nothing where it is too
// long to be shown whole or contains what no command of ours contains. It is not shown where
// something else must go first.
func repairCommand(f finding.Finding) string {
	if unblock(f) != "" {
		return ""
	}
	return whole(f.Repair)
}

// undoCommand is the command that reverses the repair, in the same way. Of an escape it is not
// shown to people: the one command in a message about an attack must not be what lets the
// attacker out again. It stays in the finding's JSON.
func undoCommand(f finding.Finding) string {
	if letsOut(f) {
		return ""
	}
	return whole(f.Undo)
}

// letsOut reports whether somebody can do more than was required once the repair is reversed.
func letsOut(f finding.Finding) bool {
	return f.Escape || f.Principal == nil && (f.Witness != nil || f.Undenied != nil)
}

// unblock is the command that takes away what is in the way of the repair.
func unblock(f finding.Finding) string {
	if n := len(f.Attempts); n > 0 && fateOf(f) == failed {
		return whole(f.Attempts[n-1].Unblock)
	}
	return ""
}

// commandLimit is the most characters of a command that is shown.
const commandLimit = 2000

func whole(command string) string {
	if c := clean(command, commandLimit); c == command {
		return c
	}
	return ""
}

// typed is a command in a chat channel, and whether it can be shown there as it must be typed.
func typed(command string) (string, bool) {
	shown := code(command, stepLimit)
	return shown, command != "" && shown == "`"+command+"`"
}

// reversing introduces the command that reverses a repair.
func reversing(f finding.Finding) string {
	action := f.Action
	for _, a := range f.Attempts {
		if a.Outcome == finding.Done {
			action = a.Action // the command reverses the last one
		}
	}
	what := "lets the principal out again"
	switch {
	case action == finding.CreatePolicy:
		what = "deletes the policy again"
	case action == finding.Restore:
		what = "puts the changed version back in force"
	case f.Principal != nil && (f.Principal.Kind == "role" || f.Principal.Kind == "user"):
		what = "lets the " + f.Principal.Kind + " out again"
	}
	return "Reverse this repair (" + what + "):"
}
