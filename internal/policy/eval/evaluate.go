package eval

import (
	"math/bits"
	"strings"
)

// Evaluate puts one request through all the layers. It does not allocate.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func Evaluate(p *Policies, r *Request) Decision { return evaluate(p, r, openValues) }

func evaluate(p *Policies, r *Request, gaps *Gaps) Decision {
	var v evaluation
	v.policies, v.request = p, r
	v.env = r.env(gaps)
	v.identified = r.Principal.identity()
	v.bounded = v.identified && len(p.Boundaries) > 0
	v.decision.CrossAccount = (v.identified || r.Principal.Type == Root) && r.Principal.Account != v.env.account
	if v.always() {
		return v.decision
	}

	v.resourceControl()
	v.serviceControl()
	v.endpoint()
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
	// denied and silent are the layers that deny, and that lack an Allow, a bit each;
	// uncertain are those of them that hang on what cannot be read.
	denied, silent, uncertain uint8
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
	if a.Uncertain {
		v.uncertain |= 1 << l
	}
}

// says is the answer of a layer in which no statement decides.
func says(r Reason) LayerAnswer { return LayerAnswer{Reason: r, Place: nowhere} }

// reason gives what a layer said.
func (v *evaluation) reason(l Layer) Reason { return v.decision.Layers[l].Reason }

// ask asks one policy that must allow.
func (v *evaluation) ask(p *Policy, n naming, level, index int32) LayerAnswer {
	a := p.ask(&v.env, n, v.bounded)
	switch {
	case a.deny != none:
		return LayerAnswer{Denied, false, Place{level, index, a.deny}}
	case a.maybeDeny != none:
		return LayerAnswer{Denied, true, Place{level, index, a.maybeDeny}}
	case a.allow != none:
		return LayerAnswer{Allowed, false, Place{level, index, a.allow}}
	default:
		return LayerAnswer{NoAllow, a.maybeAllow != none, Place{level, index, a.maybeAllow}}
	}
}

// union asks the policies of a layer of which one must allow.
func (v *evaluation) union(list []*Policy, n naming, level int32) LayerAnswer {
	out := LayerAnswer{NoAllow, false, Place{level, none, none}}
	for i, p := range list {
		a := v.ask(p, n, level, int32(i))
		switch {
		case a.Reason == Denied:
			if out.Reason != Denied || out.rank() < a.rank() {
				out = a
			}
		case out.Reason != NoAllow:
		case a.Reason == Allowed, a.Uncertain && !out.Uncertain:
			out = a
		}
	}
	return out
}

// each asks the policies of a layer of which each must allow.
func (v *evaluation) each(list []*Policy, n naming) LayerAnswer {
	out := says(Allowed)
	for i, p := range list {
		if a := v.ask(p, n, none, int32(i)); a.rank() > out.rank() || a.Reason == Allowed && out.Reason == Allowed {
			out = a
		}
	}
	return out
}

// levels asks the policies of a layer level by level: each level must allow.
func (v *evaluation) levels(list [][]*Policy, n naming) LayerAnswer {
	out := says(Allowed)
	for i, level := range list {
		a := v.union(level, n, int32(i))
		if a.Reason == NoAllow && !a.Uncertain && n == mayName && !anyAllow(level) {
			// RCPFullAWSAccess, which cannot be detached, was left out of the input.
			continue
		}
		if a.rank() > out.rank() || a.Reason == Allowed && out.Reason == Allowed {
			out = a
		}
	}
	return out
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

// decide puts the answers of the layers together, in AWS's order. Among the layers that
// say the same, one that is certain goes first.
func (v *evaluation) decide() {
	d := &v.decision
	if v.denied != 0 {
		v.end(ExplicitDeny, v.denied)
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
		v.end(ImplicitDeny, v.silent)
		// What cannot be read in the resource's policy might have been enough.
		const others = 1<<ResourceControlPolicies | 1<<ServiceControlPolicies | 1<<EndpointPolicies
		if v.silent&others == 0 && !d.CrossAccount && d.Layers[ResourcePolicy].Uncertain {
			d.Uncertain = true
		}
		d.Place = nowhere
		return
	}
	d.Outcome, d.DecidedBy = Allow, v.allowedBy()
	d.Place = d.Layers[d.DecidedBy].Place
}

// end notes the outcome that some layers have in common.
func (v *evaluation) end(o Outcome, layers uint8) {
	certain := layers &^ v.uncertain
	v.decision.Outcome, v.decision.Uncertain = o, certain == 0
	if certain != 0 {
		layers = certain
	}
	v.decision.DecidedBy = Layer(bits.TrailingZeros8(layers))
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
func last(arn string) string { return arn[fields(arn):] }
