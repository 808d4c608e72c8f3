package eval

import "strings"

// Part is a part of a statement that keeps it from matching.
type Part uint8

// The parts.
const (
	// PrincipalPart: the statement does not name the caller.
	PrincipalPart Part = iota
	// ResourcePart: it does not cover the resource.
	ResourcePart
	// ConditionPart: a condition does not hold.
	ConditionPart
	// UnreadablePart: a condition cannot be read.
	UnreadablePart
)

// Miss is an Allow that covers the action but does not match the request.
type Miss struct {
	// Statement is the statement's index.
	Statement int32
	// Part is the first part that does not match.
	Part Part
	// Condition is the index of the condition, for ConditionPart and UnreadablePart.
	Condition int32
}

// Misses gives the statements of a policy of a layer that come closest to allowing the
// request: for explanations, where an answer was given already.
func (p *Policy) Misses(r *Request, l Layer) []Miss {
	e := r.env(openValues)
	var list []Miss
	for i := range p.statements {
		if s := &p.statements[i]; !s.deny && s.matchesAction(&e) {
			if m, ok := s.miss(&e, l); ok {
				m.Statement = int32(i)
				list = append(list, m)
			}
		}
	}
	return list
}

// miss gives the first part of a statement that does not match.
func (s *statement) miss(e *env, l Layer) (Miss, bool) {
	if (l == ResourcePolicy || l == EndpointPolicies) && s.principals != nil && s.principals.match(e.principal, false, false) == noGrant {
		return Miss{Part: PrincipalPart}, true
	}
	if len(s.resources) > 0 && s.matchesResource(e) == no {
		return Miss{Part: ResourcePart}, true
	}
	maybe := Miss{Condition: none}
	if s.unclear {
		return Miss{Part: ResourcePart}, true
	}
	for i := range s.conditions {
		switch s.conditions[i].ask(e) {
		case no:
			return Miss{Part: ConditionPart, Condition: int32(i)}, true
		case unknown:
			maybe = Miss{Part: UnreadablePart, Condition: int32(i)}
		}
	}
	return maybe, maybe.Condition != none
}

// Values gives what the request says about a condition key, the derived ones
// included; none where it is missing.
func (r *Request) Values(key string) []string {
	e := r.env(openValues)
	list, one := e.lookup(strings.ToLower(key))
	if one != "" {
		list = []string{one}
	}
	return list
}
