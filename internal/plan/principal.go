package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
)

// NeedsMeaning reports whether [Principal] must be told how the boundary that a principal
// carries compares with the required one. It is false wherever the ARN alone decides, so
// that a principal without drift, and one without any boundary, cost no comparison.
func NeedsMeaning(req config.Requirement, s principal.Snapshot) bool {
	return req.Rule != "" && req.Exempt == nil && req.OutOfScope == nil &&
		s.Protection() != principal.ServiceLinked &&
		s.Boundary != "" && s.Boundary != req.Boundary.ARN
}

// Principal compares a principal with what is required of it. The meaning is that of the
// attached boundary to the required one, and is looked at only where [NeedsMeaning].
//
// Whether the required policy itself means what was approved is another target's
// decision: see [Policy] and [Decision.WithPolicy].
func Principal(req config.Requirement, s principal.Snapshot, attached exposure.Meaning) Decision {
	d := asked(req, s)
	switch {
	case req.Rule == "":
		return d.inside(NoRule)
	case s.Protection() == principal.ServiceLinked:
		return d.inside(ServiceLinked)
	case req.OutOfScope != nil:
		return d.outOfScope(req.OutOfScope).inside(OutOfScopeOf)
	case req.Exempt != nil:
		return d.exempt(req.Exempt).inside(Exempt)
	case s.Boundary == req.Boundary.ARN:
		return d.inside(CarriesIt)
	case s.Boundary != "" && accepted(req.Accept, attached):
		return d.means(attached).inside(Accepted)
	case quarantined(req, s):
		// Whatever it was put in quarantine for, the next look must not take it out again.
		return d.inside(InQuarantine)
	case s.Boundary == "":
		return outside(d.drifted(finding.Missing, NoBoundary), req, s, attached)
	}
	return outside(d.drifted(finding.Replaced, OtherBoundary).means(attached), req, s, attached)
}

// outside says what is to be done about a principal outside its boundary.
func outside(d Decision, req config.Requirement, s principal.Snapshot, attached exposure.Meaning) Decision {
	if s.Protection() == principal.IdentityCenter {
		return d.protected(s.PermissionSet()).alerts()
	}
	d = d.namesake(req.Namesake)
	if req.Lapsed != nil {
		d = d.drifted(finding.ExemptionExpired, d.Basis).exempt(req.Lapsed)
	}
	switch reaction(req, attached) {
	case config.OnlyAlert:
		return d.alerts()
	case config.Quarantine:
		return d.Does(Action{Kind: finding.Quarantine, Principal: s.Ref, Boundary: quarantine(s.Ref)})
	}
	if req.OnIncomparable == config.Quarantine {
		d = d.otherwise(Action{Kind: finding.Quarantine, Principal: s.Ref, Boundary: quarantine(s.Ref)})
	}
	return d.Does(Action{Kind: finding.Reattach, Principal: s.Ref, Boundary: req.Boundary.ARN})
}

// reaction is what the rule asks for. Where the attached boundary lets something through
// and also forbids something that the required one allows, or may do so, putting the
// required one back gives something up, and the rule's word on that goes first. One that
// allows less and denies explicitly less is such a boundary.
func reaction(req config.Requirement, attached exposure.Meaning) config.OnDrift {
	if req.OnDrift != config.Reattach {
		return req.OnDrift
	}
	switch attached.Relation {
	case compare.Incomparable, compare.Unproven:
		return req.OnIncomparable
	case compare.Narrower:
		if attached.DeniesLess() {
			return req.OnIncomparable
		}
	}
	return req.OnDrift
}

// accepted reports whether a rule lets another boundary pass. Whatever the rule, one that
// leaves out an explicit Deny of the required boundary does not: a policy of a resource
// that names the principal itself goes past a boundary which only lacks the Allow.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-eval-logic
func accepted(accept config.Accept, attached exposure.Meaning) bool {
	if !attached.Within() {
		return false
	}
	return accept == config.AcceptNarrower || accept == config.AcceptEqual && attached.Relation == compare.Equal
}

// quarantined reports whether a principal is in the quarantine that a rule asks for.
func quarantined(req config.Requirement, s principal.Snapshot) bool {
	return s.Boundary == quarantine(s.Ref) && (req.OnDrift == config.Quarantine || req.OnIncomparable == config.Quarantine)
}

// quarantine is the boundary under which a principal can do nothing.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
func quarantine(s principal.Ref) string {
	return principal.DenyAll(s.Partition).ARN()
}
