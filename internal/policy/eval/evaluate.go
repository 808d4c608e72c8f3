package eval

import (
	"math/bits"
	"strings"
)

// Evaluate puts one request through all the layers. It does not allocate.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func Evaluate(p *Policies, r *Request) Decision {
	var v evaluation
	v.policies, v.request = p, r
	v.env.action, v.env.first, v.env.resource = r.Action, firstOf(r.Action), r.Resource
	v.env.context, v.env.principal, v.env.account = &r.Context, &r.Principal, r.account()
	v.identified = r.Principal.identity()
	v.bounded = v.identified && len(p.Boundaries) > 0
	v.decision.CrossAccount = (v.identified || r.Principal.Type == Root) && r.Principal.Account != v.env.account

	v.resourceControl()
	v.serviceControl()
	v.resource()
	v.identity()
	v.boundary()
	v.session()
	v.decide()
	return v.decision
}

// evaluation is one request on its way through the layers.
type evaluation struct {
	policies *Policies
	request  *Request
	env      env
	decision Decision
	// identified is true for callers that can have identity policies and a boundary,
	// and bounded if there is one.
	identified, bounded bool
	// grant is how far the resource policy reaches towards the caller.
	grant grant
	// denied and silent are the layers that deny, and that lack an Allow, a bit each.
	denied, silent uint8
}

// set notes what a layer said.
func (v *evaluation) set(l Layer, a LayerAnswer) {
	v.decision.Layers[l] = a
	switch a.Reason {
	case Denied:
		v.denied |= 1 << l
	case NoAllow:
		v.silent |= 1 << l
	}
}

// says is the answer of a layer in which no statement decides.
func says(r Reason) LayerAnswer { return LayerAnswer{r, nowhere} }

// reason gives what a layer said.
func (v *evaluation) reason(l Layer) Reason { return v.decision.Layers[l].Reason }

// ask asks one policy and notes what in it cannot be read.
func (v *evaluation) ask(l Layer, p *Policy, n naming, level, index int32) answer {
	a := p.ask(&v.env, n, v.bounded)
	if a.opaque != none && !v.decision.Uncertain {
		v.decision.Uncertain, v.decision.OpaqueLayer = true, l
		v.decision.Opaque = Place{level, index, a.opaque}
	}
	return a
}

// union asks the policies of a layer of which one needs to allow.
func (v *evaluation) union(l Layer, list []*Policy, n naming, level int32) LayerAnswer {
	out := LayerAnswer{NoAllow, Place{level, none, none}}
	for i, p := range list {
		a := v.ask(l, p, n, level, int32(i))
		if a.deny != none {
			return LayerAnswer{Denied, Place{level, int32(i), a.deny}}
		}
		if a.allow != none && out.Reason != Allowed {
			out = LayerAnswer{Allowed, Place{level, int32(i), a.allow}}
		}
	}
	return out
}

// levels asks the policies of a layer level by level: each level must allow.
func (v *evaluation) levels(l Layer, list [][]*Policy, n naming) {
	out := LayerAnswer{Allowed, nowhere}
	for i, level := range list {
		a := v.union(l, level, n, int32(i))
		switch {
		case a.Reason == Denied:
			v.set(l, a)
			return
		case out.Reason == NoAllow:
		case a.Reason == NoAllow && n == mayName && !anyAllow(level):
			// RCPFullAWSAccess, which cannot be detached, was left out of the input.
		default:
			out = a
		}
	}
	v.set(l, out)
}

// anyAllow reports whether any statement of the policies is an Allow.
func anyAllow(list []*Policy) bool {
	for _, p := range list {
		for i := range p.statements {
			if !p.statements[i].deny {
				return true
			}
		}
	}
	return false
}

// identity reports whether the caller is one that identity policies and boundaries
// can be attached to, or a session of one.
func (p *Principal) identity() bool {
	switch p.Type {
	case User, Role, Session, Federated:
		return true
	}
	return false
}

// decide puts the answers of the layers together, in AWS's order.
func (v *evaluation) decide() {
	d := &v.decision
	if v.denied != 0 {
		d.Outcome, d.DecidedBy = ExplicitDeny, Layer(bits.TrailingZeros8(v.denied))
		d.Place = d.Layers[d.DecidedBy].Place
		return
	}
	if v.bypassed() {
		v.excuse(IdentityPolicies)
		v.excuse(PermissionsBoundaries)
		v.excuse(SessionPolicy)
	} else if v.grant == toIdentity && !d.CrossAccount {
		v.excuse(IdentityPolicies)
	}
	if v.silent != 0 {
		d.Outcome, d.DecidedBy, d.Place = ImplicitDeny, Layer(bits.TrailingZeros8(v.silent)), nowhere
		return
	}
	d.Outcome, d.DecidedBy = Allow, v.allowedBy()
	d.Place = d.Layers[d.DecidedBy].Place
}

// bypassed reports whether the resource policy's Allow is enough by itself: it names
// the caller directly, and not across accounts.
func (v *evaluation) bypassed() bool { return v.grant == direct && !v.decision.CrossAccount }

// excuse marks a layer as one whose missing Allow does not matter.
func (v *evaluation) excuse(l Layer) {
	if v.silent&(1<<l) != 0 {
		v.silent &^= 1 << l
		v.decision.Layers[l].Reason = NotNeeded
	}
}

// allowedBy is the layer whose Allow decided.
func (v *evaluation) allowedBy() Layer {
	switch {
	case v.bypassed():
		return ResourcePolicy
	case v.reason(IdentityPolicies) == Allowed, v.reason(IdentityPolicies) == AllowedAll:
		return IdentityPolicies
	default:
		return ResourcePolicy
	}
}

// mustAllow reports whether the resource's own policy must allow the request even
// within one account: trust policies of roles and key policies of KMS keys.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
func (r *Request) mustAllow() bool {
	if len(r.Action) < 4 || r.Action[3] != ':' {
		return false
	}
	switch service := r.Action[:3]; {
	case strings.EqualFold(service, "sts"):
		return field(r.Resource, 2) == "iam" && strings.HasPrefix(last(r.Resource), "role/")
	case strings.EqualFold(service, "kms"):
		return field(r.Resource, 2) == "kms" && strings.HasPrefix(last(r.Resource), "key/")
	}
	return false
}

// last gives the sixth field of an ARN.
func last(arn string) string { return arn[parts(arn):] }
