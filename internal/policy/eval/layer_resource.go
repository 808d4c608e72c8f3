package eval

// resource asks the policy of the resource. Its Allow is needed across accounts, for
// callers without identity policies, for roles to be assumed and for KMS keys.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
func (v *evaluation) resource() {
	if v.policies.Resource == nil {
		reason := NotGiven
		if v.needsResourcePolicy() {
			reason = NoAllow
		}
		v.set(ResourcePolicy, says(reason))
		return
	}
	a := v.policies.Resource.ask(&v.env, namesPrincipals, v.bounded)
	out := LayerAnswer{Reason: Allowed, Place: Place{none, 0, a.allow}}
	switch {
	case a.deny != none:
		out = LayerAnswer{Denied, false, Place{none, 0, a.deny}}
	case a.maybeDeny != none:
		out = LayerAnswer{Denied, true, Place{none, 0, a.maybeDeny}}
	case a.allow == none:
		out = LayerAnswer{NotNeeded, a.maybeAllow != none, Place{none, 0, a.maybeAllow}}
		if v.needsResourcePolicy() {
			out.Reason = NoAllow
		}
	case a.grant == toAccount:
		out.Reason = AllowedAccount
		fallthrough
	default:
		v.grant = a.grant
		out.Uncertain = a.maybeAllow != none
	}
	v.set(ResourcePolicy, out)
}

func (v *evaluation) needsResourcePolicy() bool {
	return v.decision.CrossAccount || !v.identified && v.request.Principal.Type != Root || v.request.mustAllow()
}
