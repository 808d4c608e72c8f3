package sim

import (
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// state is the true state of a target.
type state struct {
	exists bool
	// scope is unset for what Ringfence must never touch: without a rule, exempt, or an AWS
	// service's own role.
	scope bool
	// inside reports whether a principal is where its rule requires, whatever the approved
	// document of its boundary policy; for a policy, whether it means what was approved.
	inside bool
	// required is the policy that the rule requires.
	required, boundary string
	rule               *rule
	power              power
	// version identifies the boundary's document, to detect a change.
	version string
}

// live returns the document in force of a policy; ok is false if there is none.
func live(tx *iam.Tx, arn string) (text string, ok bool) {
	p := tx.Policy(arn)
	if p == nil {
		return "", false
	}
	return p.Version(p.Default).Document, true
}

// powerFor returns the power that a boundary leaves to its principal: everything without a
// boundary.
func powerFor(tx *iam.Tx, boundary string) power {
	if boundary == "" {
		return unbound
	}
	text, ok := live(tx, boundary)
	if !ok {
		return power{} // IAM allows nothing
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

// judge returns the true state of a principal, from the evaluator.
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

// judgePolicy reports whether a boundary policy means what was approved.
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
