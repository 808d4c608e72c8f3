package publish

import "github.com/ringfence/ringfence/internal/finding"

// nextSteps are what a responder does now.
func nextSteps(f finding.Finding) []string {
	steps := advice(f)
	if undo, ok := typed(undoCommand(f)); ok {
		steps = append(steps, reversing(f)+" "+undo)
	}
	return steps
}

// typed is a command in a chat channel, and whether it can be shown there as it must be typed.
func typed(command string) (string, bool) {
	shown := code(command, stepLimit)
	return shown, command != "" && shown == "`"+command+"`"
}

// advice is what a responder does now, in words that are the same for all findings of a kind.
func advice(f finding.Finding) []string {
	if f.Drift == finding.None {
		return nil
	}
	var steps []string
	if step := first(f); step != "" {
		steps = append(steps, step)
	}
	if f.Contested != nil || !resolved(f) && f.Outcome == finding.Deferred {
		steps = append(steps, "Somebody keeps undoing the repair. Take away the permission that lets them.")
	}
	if f.Escape {
		steps = append(steps, "Find out in CloudTrail what was done with the permissions beyond the boundary.")
	}
	if notDenied(f) != "" {
		steps = append(steps, "Find out in CloudTrail whether the policy of a resource allowed what was not denied.")
	}
	if f.GivesUp != nil {
		steps = append(steps, "The repair makes something possible that was not possible before. Check whether that matters.")
	}
	return steps
}

// first is what comes first: what happened says it, or else how far the repair came.
func first(f finding.Finding) string {
	switch f.Drift {
	case finding.ControlTampered:
		return "Put the changed part of Ringfence back, and find out who changed it."
	case finding.Withheld:
		return "Find out what the call changed, and why it was made so large: ask the actor, and look at the policy or principal."
	}
	if resolved(f) {
		return ""
	}
	switch f.Drift {
	case finding.SweepHeld:
		return "Find out whether the configuration is wrong, or many were let out at once. If they are to be changed, set SweepOverrideUntil and start a sweep."
	case finding.Protected:
		return "Set the boundary in the AWS service that owns the role. For IAM Identity Center, that is the permission set."
	case finding.ExemptChanged:
		return "Ask the actor whether this was meant. If it was not, take the change back or delete the principal: no boundary limits it."
	case finding.PolicyChanged:
		return "Approve a document for this policy, or take the change back. Ringfence judges and restores only what has an approved document."
	case finding.Moved:
		return "Find out whether the move was meant. If it was not, take it back: the rule then applies again."
	}
	switch fateOf(f) {
	case failed:
		if command, ok := typed(unblock(f)); ok {
			return "Something is in the way of the repair. Make sure that nothing needs it, detach it and delete its other versions, " +
				"and then delete it; Ringfence tries again every 15 minutes: " + command
		}
		return "Ringfence could not repair this. Repair it by hand, then check Ringfence's permissions and log."
	case notEnough:
		return "The boundary is back, and is not enough. See why, and repair the boundary policy."
	case planned:
		return "Nothing was changed. Decide whether to repair it, and whether mode enforce should do so from now on."
	case unchanged:
		if f.Drift == finding.AbsentPolicy && f.Principal == nil {
			return "Make the policy again by hand, and approve its document: from then on Ringfence makes it again."
		}
		return "Ringfence only tells of this. Decide whether to repair it by hand."
	}
	return ""
}
