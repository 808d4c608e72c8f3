package verdict

import (
	"fmt"

	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// Verdict is what was decided about one principal or one boundary policy.
type Verdict struct {
	// Drift is [finding.None] where all is as it must be.
	Drift finding.Drift
	// Meaning is how the boundary in force compares with the required one; it is the
	// zero value where nothing was compared.
	Meaning Meaning
	// Possible is set where the drift is only possible, which for [finding.Moved] can
	// be all that is known.
	Possible bool
	// Actions are to be done in order, and the last one gives the finding its action.
	Actions []Action
	// Reason is one sentence for people.
	Reason string
}

// Action is the verdict's action as a finding names it.
func (v Verdict) Action() finding.Action {
	if len(v.Actions) == 0 {
		return finding.NoAction
	}
	return v.Actions[len(v.Actions)-1].Kind
}

// Writes reports whether any of the actions would change something.
func (v Verdict) Writes() bool {
	for _, a := range v.Actions {
		if a.Writes() {
			return true
		}
	}
	return false
}

// NeedsMeaning reports whether Decide must be told how the boundary that a principal
// carries compares with the required one. It is false wherever the ARN alone decides,
// so that a principal without drift, and one without any boundary, cost no comparison.
func NeedsMeaning(req fence.Requirement, s principal.Snapshot) bool {
	return req.Rule != "" && req.Exempt == nil &&
		s.Protection() != principal.ServiceLinked &&
		s.Boundary != "" && s.Boundary != req.Boundary.ARN
}

// Decide compares a principal with what is required of it. The meaning is that of the
// attached boundary to the required one, and is looked at only where [NeedsMeaning].
func Decide(req fence.Requirement, s principal.Snapshot, attached Meaning) Verdict {
	switch {
	case req.Rule == "":
		return fine("no rule applies to it")
	case s.Protection() == principal.ServiceLinked:
		return fine("it is a service-linked role, which only its service can change")
	case req.Exempt != nil:
		return fine("it is exempt until %s (%s: %s)",
			req.Exempt.Expires.Format("2006-01-02"), req.Exempt.Owner, req.Exempt.Reason)
	case s.Boundary == req.Boundary.ARN:
		return fine("it carries the required boundary")
	case s.Boundary != "" && accepted(req.Accept, attached):
		less := "allows less than"
		if attached.Relation == compare.Equal {
			less = "means the same as"
		}
		v := fine("its boundary %s %s the required one, which the rule accepts", s.Boundary, less)
		v.Meaning = attached
		return v
	case s.Boundary == quarantine(s.Ref) && reaction(req, attached) == fence.Quarantine:
		return fine("it is in quarantine, as its rule asks")
	}
	return drifted(req, s, attached)
}

// drifted is the verdict on a principal outside its boundary.
func drifted(req fence.Requirement, s principal.Snapshot, attached Meaning) Verdict {
	v := Verdict{Drift: finding.Missing, Reason: "it has no permissions boundary"}
	if s.Boundary != "" {
		v = Verdict{Drift: finding.Replaced, Meaning: attached, Reason: replacedReason(req, s, attached)}
	}
	if s.Protection() == principal.IdentityCenter {
		v.Drift = finding.Protected
		v.Reason += fmt.Sprintf("; only IAM Identity Center can change it: set the boundary on permission set %q", s.PermissionSet())
		v.Actions = []Action{{Kind: finding.Alert}}
		return v
	}
	if req.Lapsed != nil {
		v.Drift = finding.ExemptionExpired
		v.Reason += fmt.Sprintf("; its exemption ended on %s (%s: %s)",
			req.Lapsed.Expires.Format("2006-01-02"), req.Lapsed.Owner, req.Lapsed.Reason)
	}
	switch reaction(req, attached) {
	case fence.OnlyAlert:
		v.Actions = []Action{{Kind: finding.Alert}}
	case fence.Quarantine:
		v.Actions = []Action{{Kind: finding.Quarantine, Principal: s.Ref, Boundary: quarantine(s.Ref)}}
	default:
		v.Actions = []Action{{Kind: finding.Reattach, Principal: s.Ref, Boundary: req.Boundary.ARN}}
		v.Reason += attached.GivesUp()
	}
	return v
}

// reaction is what the rule asks for. Where the attached boundary forbids something
// that the required one allows, or may do so, putting the required one back gives
// something up, and the rule's word on that goes first.
func reaction(req fence.Requirement, attached Meaning) fence.OnDrift {
	if req.OnDrift == fence.Reattach && (attached.Relation == compare.Incomparable || attached.Relation == compare.Unproven) {
		return req.OnIncomparable
	}
	return req.OnDrift
}

func replacedReason(req fence.Requirement, s principal.Snapshot, attached Meaning) string {
	reason := fmt.Sprintf("it carries %s instead of the required boundary", s.Boundary)
	switch attached.Relation {
	case "":
	case compare.Unproven:
		reason += ", and that this allows no more is not proven: " + attached.Why
	case compare.Wider:
		reason += ", which allows more"
	case compare.Incomparable:
		reason += ", which allows some things more and others less"
	default:
		reason += fmt.Sprintf(", which is %s; its rule accepts only %q", attached.Relation, req.Accept)
	}
	return reason
}

// accepted reports whether a rule lets another boundary pass.
func accepted(accept fence.Accept, attached Meaning) bool {
	switch accept {
	case fence.AcceptEqual:
		return attached.Relation == compare.Equal
	case fence.AcceptNarrower:
		return attached.Relation == compare.Equal || attached.Relation == compare.Narrower
	}
	return false
}

// quarantine is the boundary under which a principal can do nothing.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
func quarantine(s principal.Ref) string {
	return principal.DenyAll(s.Partition).ARN()
}

func fine(format string, args ...any) Verdict {
	return Verdict{Drift: finding.None, Reason: fmt.Sprintf(format, args...)}
}
