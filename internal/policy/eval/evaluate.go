package eval

import "strings"

// Evaluate puts one request through all the layers. It does not allocate.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func Evaluate(p *Policies, r *Request) Decision {
	v := evaluation{
		policies: p,
		request:  r,
		env: env{
			action: r.Action, resource: r.Resource, context: &r.Context,
			principal: &r.Principal, account: r.account(),
		},
	}
	d := &v.decision
	d.Place = nowhere
	d.CrossAccount = (r.Principal.identity() || r.Principal.Type == Root) && r.Principal.Account != v.env.account

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
	// grant is how far the resource policy reaches towards the caller.
	grant    grant
	decision Decision
}

// set notes what a layer said.
func (v *evaluation) set(l Layer, r Reason, at Place) {
	v.decision.Layers[l] = LayerAnswer{r, at}
}

// reason gives what a layer said.
func (v *evaluation) reason(l Layer) Reason { return v.decision.Layers[l].Reason }

// ask asks one policy and notes what in it cannot be read.
func (v *evaluation) ask(l Layer, p *Policy, n naming, level, index int) answer {
	a := p.ask(&v.env, n, v.bounded())
	if a.opaque != none && !v.decision.Uncertain {
		v.decision.Uncertain, v.decision.OpaqueLayer = true, l
		v.decision.Opaque = Place{level, index, a.opaque}
	}
	return a
}

// union asks the policies of a layer of which one needs to allow.
func (v *evaluation) union(l Layer, list []*Policy, n naming, level int) LayerAnswer {
	out := LayerAnswer{NoAllow, Place{level, none, none}}
	for i, p := range list {
		a := v.ask(l, p, n, level, i)
		if a.deny != none {
			return LayerAnswer{Denied, Place{level, i, a.deny}}
		}
		if a.allow != none && out.Reason != Allowed {
			out = LayerAnswer{Allowed, Place{level, i, a.allow}}
		}
	}
	return out
}

// levels asks the policies of a layer level by level: each level must allow.
func (v *evaluation) levels(l Layer, list [][]*Policy, n naming) {
	out := LayerAnswer{Allowed, nowhere}
	for i, level := range list {
		a := v.union(l, level, n, i)
		switch {
		case a.Reason == Denied:
			v.decision.Layers[l] = a
			return
		case out.Reason == NoAllow:
		case a.Reason == NoAllow && n == mayName && !anyAllow(level):
			// RCPFullAWSAccess, which cannot be detached, was left out of the input.
		default:
			out = a
		}
	}
	v.decision.Layers[l] = out
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

// bounded reports whether the caller has a permissions boundary.
func (v *evaluation) bounded() bool {
	return len(v.policies.Boundaries) > 0 && v.request.Principal.identity()
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
	for l := range layers {
		if v.reason(l) == Denied {
			d.Outcome, d.DecidedBy, d.Place = ExplicitDeny, l, d.Layers[l].Place
			return
		}
	}
	if v.bypassed() {
		v.excuse(IdentityPolicies, PermissionsBoundaries, SessionPolicy)
	} else if v.reason(ResourcePolicy) == Allowed && v.grant == toIdentity && !d.CrossAccount {
		v.excuse(IdentityPolicies)
	}
	for l := range layers {
		if v.reason(l) == NoAllow {
			d.Outcome, d.DecidedBy = ImplicitDeny, l
			return
		}
	}
	d.Outcome, d.DecidedBy = Allow, v.allowedBy()
	d.Place = d.Layers[d.DecidedBy].Place
}

// bypassed reports whether the resource policy's Allow is enough by itself: it names
// the caller directly within one account, or the caller has no identity policies.
func (v *evaluation) bypassed() bool {
	return v.reason(ResourcePolicy) == Allowed && v.grant == direct && !v.decision.CrossAccount
}

// excuse marks layers whose missing Allow does not matter.
func (v *evaluation) excuse(list ...Layer) {
	for _, l := range list {
		if v.reason(l) == NoAllow {
			v.decision.Layers[l].Reason = NotNeeded
		}
	}
}

// allowedBy is the layer whose Allow decided.
func (v *evaluation) allowedBy() Layer {
	switch {
	case v.bypassed():
		return ResourcePolicy
	case v.reason(IdentityPolicies) == Allowed, v.reason(IdentityPolicies) == AllowedAll:
		return IdentityPolicies
	}
	return ResourcePolicy
}

// mustAllow reports whether the resource's own policy must allow the request even
// within one account: trust policies of roles and key policies of KMS keys.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
func (r *Request) mustAllow() bool {
	service, _, _ := strings.Cut(r.Action, ":")
	switch {
	case strings.EqualFold(service, "sts"):
		return field(r.Resource, 2) == "iam" && strings.HasPrefix(last(r.Resource), "role/")
	case strings.EqualFold(service, "kms"):
		return field(r.Resource, 2) == "kms" && strings.HasPrefix(last(r.Resource), "key/")
	}
	return false
}

// last gives the sixth field of an ARN.
func last(arn string) string { return arn[parts(arn):] }
