package eval

import "strings"

// callerIdentity is the one action that needs no permission: "If an administrator attaches a policy to
// your identity that explicitly denies access to the sts:GetCallerIdentity action, you can still perform
// this operation."
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
const callerIdentity = "sts:GetCallerIdentity"

var callerIdentityHead = head(callerIdentity)

// always decides a request for the action that needs no permission. It must be signed, so that an
// anonymous caller cannot make it.
func (v *evaluation) always() bool {
	if v.env.head != callerIdentityHead || !strings.EqualFold(v.request.Action, callerIdentity) || v.request.Principal.Type == Anonymous {
		return false
	}
	for l := range layers {
		v.set(l, says(AlwaysAllowed))
	}
	v.decision.Outcome, v.decision.DecidedBy, v.decision.Place = Allow, IdentityPolicies, nowhere
	return true
}
