package publish

import "github.com/ringfence/ringfence/internal/finding"

// commands say where, or what, the commands are that a step is about: they are read behind "Repair it"
// and "delete it".
type commands struct{ repair, unblock string }

// inJSON is for a message that has no room for them.
var inJSON = commands{"with the command in its field repair.", "with the command in its field attempts."}

// nextSteps are what a responder does now, with the commands, for a chat channel.
func nextSteps(f finding.Finding) []string {
	with := inJSON
	if command, ok := typed(repairCommand(f)); ok {
		with.repair = "with this command: " + command
	}
	if command, ok := typed(unblock(f)); ok {
		with.unblock = "with this command: " + command
	}
	all := advice(f, with)
	if step := inert(revoke(f), stepLimit); step != "" {
		all = append(all, step)
	}
	if undo, ok := typed(undoCommand(f)); ok {
		all = append(all, reversing(f)+" "+undo)
	}
	return all
}

// advice is what a responder does now, in words that are the same for all findings of a kind.
func advice(f finding.Finding, with commands) []string {
	if f.Drift == finding.None {
		return nil
	}
	var steps []string
	if f.Contested != nil || !resolved(f) && f.Outcome == finding.Deferred {
		steps = append(steps, "Somebody keeps undoing the repair. Take away the permission that lets them.")
	}
	if step := first(f, with); step != "" {
		steps = append(steps, step)
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
func first(f finding.Finding, with commands) string {
	switch f.Drift {
	case finding.ControlTampered:
		return "Put the changed part of Ringfence back as the template has it, and find out who changed it."
	case finding.Withheld:
		return "Find out what the call changed, and why it was made so large: ask the actor, and look at the policy or principal."
	}
	if resolved(f) {
		return ""
	}
	switch f.Drift {
	case finding.SweepHeld:
		return "Find out whether the configuration is wrong, or many were let out at once. If they are to be changed, set SweepOverrideUntil and start a sweep."
	case finding.Unreachable:
		return "Deploy the spoke of Ringfence in this account, or find out what refuses the call: the trust policy of the role, or a service control policy."
	case finding.Protected:
		return "Set the boundary in the AWS service that owns the role. For IAM Identity Center, that is the permission set."
	case finding.ExemptChanged:
		return "Ask the actor whether this was meant. If it was not, take the change back or delete the principal: no boundary limits it."
	case finding.PolicyChanged:
		return "Approve a document for this policy, or take the change back. Ringfence judges and restores only what has an approved document."
	case finding.Moved:
		return "Find out whether the move was meant. If it was not, take it back: the rule then applies again."
	}
	return remaining(f, with)
}

// remaining is what the repair has left to do.
func remaining(f finding.Finding, with commands) string {
	repair := "Repair it " + with.repair
	if f.Repair == "" {
		repair = "See why, and repair it."
	}
	switch fateOf(f) {
	case failed:
		if unblock(f) != "" {
			return "Something is in the way of the repair. Make sure that nothing needs it, detach it and delete its other versions. " +
				"Ringfence tries again every 15 minutes. Then delete it " + with.unblock
		}
		return "Ringfence could not repair this: check its permissions and log. " + repair
	case notEnough:
		return "The boundary is back, and is not enough. See why, and repair the boundary policy."
	case planned:
		return "Nothing was changed. If it was meant, give an exemption; mode enforce repairs what is not. " + repair
	case begun:
		return "Ringfence looks again by itself. " + "If this stays open: " + repair
	case deferred:
		if f.Repair != "" {
			return repair
		}
	case unchanged:
		if f.Drift == finding.AbsentPolicy && f.Principal == nil {
			return "Make the policy again, and approve its document: from then on Ringfence makes it again."
		}
		return "Ringfence only tells of this. Decide whether to repair it, or to give an exemption."
	}
	return ""
}
