package eval

// identity asks the caller's identity policies, those of its groups included. The
// root user has none and needs none.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (v *evaluation) identity() {
	p := &v.request.Principal
	switch {
	case p.Type == Root:
		v.set(IdentityPolicies, says(AllowedAll))
	case !v.identified:
		v.set(IdentityPolicies, says(NotApplicable))
	default:
		v.set(IdentityPolicies, v.union(v.policies.Identity, namesNone, none))
	}
}
