package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// NeedsMeaning reports whether [Principal] needs the comparison of the attached boundary with
// the required one. It is false if the ARN alone decides, so that neither a principal without
// drift nor one without a boundary costs a comparison.
func NeedsMeaning(req config.Requirement, s principal.Snapshot) bool {
	return req.Rule != "" && req.Exempt == nil && req.OutOfScope == nil &&
		s.Protection() != principal.ServiceLinked &&
		s.Boundary != "" && s.Boundary != req.Boundary.ARN
}

// Principal compares a principal with its requirement. attached compares the attached boundary
// with the required one; it is used only if [NeedsMeaning].
//
// Whether the required policy itself has the approved meaning is decided separately: see
// [Policy] and [Decision.WithPolicy].
func Principal(req config.Requirement, s principal.Snapshot, attached exposure.Meaning) Decision {
	d := forPrincipal(req, s)
	switch {
	case req.Rule == "":
		return d.inside(NoRule)
	case s.Protection() == principal.ServiceLinked:
		return d.inside(ServiceLinked)
	case req.OutOfScope != nil:
		return d.withOutOfScope(req.OutOfScope).inside(RuleOutOfScope)
	case req.Exempt != nil:
		return d.withExemption(req.Exempt).inside(Exempt)
	case s.Boundary == req.Boundary.ARN:
		return d.inside(CarriesRequired)
	case s.Boundary != "" && accepted(req.Accept, attached):
		return d.withMeaning(attached).inside(Accepted)
	case quarantined(req, s):
		// The next look must not end a quarantine, whatever the reason for it was.
		return d.inside(InQuarantine)
	case s.Boundary == "":
		return outside(d.withDrift(finding.Missing, NoBoundary), req, s, attached)
	}
	return outside(d.withDrift(finding.Replaced, OtherBoundary).withMeaning(attached), req, s, attached)
}

// outside adds the actions for a principal that is outside its boundary.
func outside(d Decision, req config.Requirement, s principal.Snapshot, attached exposure.Meaning) Decision {
	if s.Protection() == principal.IdentityCenter {
		return d.protected(s.PermissionSet()).alertOnly()
	}
	d = d.withNamesake(req.Namesake)
	if req.Lapsed != nil {
		d = d.withDrift(finding.ExemptionExpired, d.Basis).withExemption(req.Lapsed)
	}
	switch reaction(req, attached) {
	case config.OnlyAlert:
		return d.alertOnly()
	case config.Quarantine:
		return d.WithAction(Action{Kind: finding.Quarantine, Principal: s.Ref, Boundary: quarantine(s.Ref)})
	}
	if req.OnIncomparable == config.Quarantine {
		d = d.withFallback(Action{Kind: finding.Quarantine, Principal: s.Ref, Boundary: quarantine(s.Ref)})
	}
	return d.WithAction(Action{Kind: finding.Reattach, Principal: s.Ref, Boundary: req.Boundary.ARN})
}

// reaction returns the reaction that the rule asks for. If the attached boundary lets something
// through but also denies, or may deny, something that the required one allows, attaching the
// required one grants access; then the rule's onIncomparable decides. A boundary that allows
// less and explicitly denies less is such a case.
func reaction(req config.Requirement, attached exposure.Meaning) config.OnDrift {
	if req.OnDrift != config.Reattach {
		return req.OnDrift
	}
	switch attached.Relation {
	case compare.Incomparable, compare.Unproven:
		return req.OnIncomparable
	case compare.Narrower, compare.NarrowerOrEqual:
		if attached.DeniesLess() {
			return req.OnIncomparable
		}
	}
	return req.OnDrift
}

// accepted reports whether a rule accepts another boundary. No rule accepts one that lacks an
// explicit Deny of the required boundary: a resource policy that names the principal itself is
// not limited by a missing Allow in the boundary.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func accepted(accept config.Accept, attached exposure.Meaning) bool {
	if !attached.Within() {
		return false
	}
	return accept == config.AcceptNarrower || accept == config.AcceptEqual && attached.Relation == compare.Equal
}

// quarantined reports whether a principal is in the quarantine that a rule allows.
func quarantined(req config.Requirement, s principal.Snapshot) bool {
	return s.Boundary == quarantine(s.Ref) && (req.OnDrift == config.Quarantine || req.OnIncomparable == config.Quarantine)
}

// quarantine returns the boundary that denies everything.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
func quarantine(s principal.Ref) string {
	return principal.DenyAll(s.Partition).ARN()
}
