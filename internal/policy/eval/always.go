package eval

import "strings"

// CallerIdentity is the one action that needs no permission. A policy that denies it, even explicitly, has no
// effect.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
const CallerIdentity = "sts:GetCallerIdentity"

var callerIdentityHead = head(CallerIdentity)

// always decides a request for the action that needs no permission. It must be signed, so that an
// anonymous caller cannot make it.
func (v *evaluation) always() bool {
	if v.env.head != callerIdentityHead || !strings.EqualFold(v.request.Action, CallerIdentity) || v.request.Principal.Type == Anonymous {
		return false
	}
	for l := range layers {
		v.set(l, says(AlwaysAllowed))
	}
	v.decision.Outcome, v.decision.DecidedBy, v.decision.Place = Allow, IdentityPolicies, nowhere
	return true
}
