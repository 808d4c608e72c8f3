package sim

import (
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// state is what a target truly is.
type state struct {
	exists bool
	// scope is unset for what Ringfence must never touch: no rule, an exemption, or a role
	// that is AWS's own.
	scope bool
	// inside is whether a principal is where its rule wants it, whatever its own boundary
	// policy was approved as; for a policy, whether it means what was approved.
	inside bool
	// required is the policy that the rule asks for.
	required, boundary string
	rule               *rule
	power              power
	// version names what the boundary was, to tell whether it changed.
	version string
}

// live is the document in force of a policy; ok is false where there is none.
func live(tx *iam.Tx, arn string) (text string, ok bool) {
	p := tx.Policy(arn)
	if p == nil {
		return "", false
	}
	return p.Version(p.Default).Document, true
}

// powerFor is what a boundary leaves its bearer: everything where there is none.
func powerFor(tx *iam.Tx, boundary string) power {
	if boundary == "" {
		return unbound
	}
	text, ok := live(tx, boundary)
	if !ok {
		return power{} // IAM lets nothing through
	}
	return known(text)
}

func known(text string) power {
	p, ok := powers[text]
	if !ok {
		p = powerOf(text)
	}
	return p
}

// judge says where a principal truly is, by the evaluator.
func (s setting) judge(tx *iam.Tx, e *iam.Entity) state {
	if e == nil {
		return state{}
	}
	st := state{exists: true, boundary: e.Boundary, power: powerFor(tx, e.Boundary)}
	if p := tx.Policy(e.Boundary); p != nil {
		st.version = p.ID + p.Default
	}
	r := s.ruleFor(e)
	if r == nil || e.Path == "/team/" && e.Name == exempt || strings.HasPrefix(e.Path, "/aws-service-role/") {
		st.inside = true
		return st
	}
	st.scope, st.rule, st.required = true, r, policyARN(r.boundary)
	st.inside = s.accepts(r, st)
	return st
}

func (s setting) accepts(r *rule, st state) bool {
	approved := known(documents[r.boundary])
	switch {
	case st.boundary == st.required:
		return true
	case st.boundary == "":
		return false
	case r.accept == "equal" && st.power.like(approved), r.accept == "narrower" && st.power.within(approved):
		return true
	}
	return st.boundary == denyAll && (r.onDrift == "quarantine" || r.onEither == "quarantine")
}

// judgePolicy says whether a boundary policy means what was approved.
func (s setting) judgePolicy(tx *iam.Tx, name string) state {
	arn := policyARN(name)
	text, ok := live(tx, arn)
	st := state{exists: ok, scope: true, boundary: arn, required: arn}
	if !ok {
		return st
	}
	st.power = known(text)
	p := tx.Policy(arn)
	st.version = p.ID + p.Default
	st.inside = st.power.like(known(documents[name]))
	return st
}
