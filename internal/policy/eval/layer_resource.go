package eval

// resource asks the policy of the resource. Its Allow is needed across accounts, for
// callers without identity policies, for roles to be assumed and for KMS keys.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
func (v *evaluation) resource() {
	missing := NotNeeded
	if v.needsResourcePolicy() {
		missing = NoAllow
	}
	if v.policies.Resource == nil {
		if missing == NotNeeded {
			missing = NotGiven
		}
		v.set(ResourcePolicy, says(missing))
		return
	}
	a := v.ask(ResourcePolicy, v.policies.Resource, namesPrincipals, none, 0)
	v.grant = a.grant
	switch {
	case a.deny != none:
		v.set(ResourcePolicy, LayerAnswer{Denied, Place{none, 0, a.deny}})
	case a.allow == none:
		v.set(ResourcePolicy, says(missing))
	case a.grant == toAccount:
		v.set(ResourcePolicy, LayerAnswer{AllowedAccount, Place{none, 0, a.allow}})
	default:
		v.set(ResourcePolicy, LayerAnswer{Allowed, Place{none, 0, a.allow}})
	}
}

func (v *evaluation) needsResourcePolicy() bool {
	p := &v.request.Principal
	return v.decision.CrossAccount || !v.identified && p.Type != Root || v.request.mustAllow()
}
