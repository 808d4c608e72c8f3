package eval

import (
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// Policy is a document made ready for questions. It is immutable and safe for
// concurrent use.
type Policy struct {
	// Document is what was compiled.
	Document   *policy.Document
	statements []statement
	// named is true where some statement names principals.
	named bool
}

// statement is one statement made ready.
type statement struct {
	deny        bool
	principals  *principals
	notAction   bool
	actions     []action
	notResource bool
	resources   []pattern // empty where the element is missing
	// unclear is true where it is missing and must not be: only trust policies, which
	// name principals, do without.
	unclear    bool
	conditions []condition
}

// Compile makes a document ready for questions. It does not fail: what cannot be read
// makes the answers uncertain that hang on it.
func Compile(d *policy.Document) *Policy {
	p := &Policy{Document: d, statements: make([]statement, len(d.Statements))}
	for i := range d.Statements {
		p.statements[i] = compileStatement(&d.Statements[i], d.Version)
		p.named = p.named || d.Statements[i].Principal != nil
	}
	return p
}

func compileStatement(s *policy.Statement, v policy.Version) statement {
	out := statement{
		deny:        s.Effect == policy.Deny,
		notAction:   s.Action.Not,
		actions:     make([]action, len(s.Action.Values)),
		notResource: s.Resource.Not,
		resources:   make([]pattern, len(s.Resource.Values)),
		unclear:     s.Principal == nil && !s.Resource.Present(),
	}
	for i, value := range s.Action.Values {
		out.actions[i] = compileAction(value)
	}
	parse := policy.ParseResource
	if s.Principal != nil {
		out.principals = compilePrincipals(s.Principal)
		parse = policy.ParsePattern
	}
	for i, resource := range s.Resource.Values {
		out.resources[i] = compilePattern(parse, resource, v)
	}
	if len(s.Conditions) > 0 {
		out.conditions = make([]condition, len(s.Conditions))
		for i := range s.Conditions {
			out.conditions[i] = compileCondition(&s.Conditions[i], v)
		}
	}
	return out
}

// matches compares all of a statement but its principals with the request.
func (s *statement) matches(e *env) truth {
	if !s.matchesAction(e) {
		return no
	}
	if e.gaps != nil {
		e.doubts = e.doubts[:0]
	}
	answer := yes
	if len(s.resources) > 0 {
		if answer = s.matchesResource(e); answer == no {
			return no
		}
	}
	if s.unclear {
		answer = unknown
	}
	for i := range s.conditions {
		switch s.conditions[i].ask(e) {
		case no:
			return no
		case unknown:
			answer = unknown
		}
	}
	if e.gaps != nil && e.gaps.best {
		return e.hopes(s, answer)
	}
	return answer
}

// matchesAction compares the Action or NotAction element with the request.
func (s *statement) matchesAction(e *env) bool {
	for i := range s.actions {
		if s.actions[i].covers(e) {
			return !s.notAction
		}
	}
	return s.notAction
}

// matchesResource: a resource with a variable that has no value matches nothing.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (s *statement) matchesResource(e *env) truth {
	var in truth
	if e.gaps != nil {
		in = s.resourceIn(e)
	} else {
		in = truthOf(s.matchesAny(e))
	}
	if s.notResource {
		return in.not()
	}
	return in
}

// matchesAny reports whether any value of the Resource element matches the request's resource.
func (s *statement) matchesAny(e *env) bool {
	for i := range s.resources {
		if p := &s.resources[i]; p.Everything() || p.Match(e.resource, wildcard.Options{Value: e.variable}) {
			return true
		}
	}
	return false
}

// none is the index of no statement.
const none = -1

// answer is what one document says about a request: the first statement that denies
// it, and that allows it, or none.
type answer struct {
	deny, allow int32
	grant       grant
	// maybeDeny and maybeAllow are the first statements that would, if what they hang
	// on could be read.
	maybeDeny, maybeAllow int32
}

// naming says whether the statements of a document name principals.
type naming uint8

const (
	// namesNone: identity policies, boundaries, session policies, SCPs.
	namesNone naming = iota
	// namesPrincipals: resource policies.
	namesPrincipals
	// mayName: RCPs, whose Principal can only be "*".
	mayName
	// namesThrough: policies of VPC endpoints, which name principals and grant nothing.
	namesThrough
)

// unanswered is the answer of a document without statements.
func unanswered() answer {
	return answer{deny: none, allow: none, maybeDeny: none, maybeAllow: none}
}

// scan matches the statements of the document with the request of any caller.
func (p *Policy) scan(e *env) answer {
	a := unanswered()
	for i := range p.statements {
		s := &p.statements[i]
		if a.allow != none && !s.deny {
			continue
		}
		m := s.matches(e)
		e.doubted(m)
		if m != no {
			a.note(int32(i), s.deny, m, direct)
			if a.deny != none {
				break
			}
		}
	}
	return a
}

// ask is scan for documents that name principals, or must not. A statement that does
// the other thing cannot be read.
func (p *Policy) ask(e *env, n naming, bounded bool) answer {
	if !p.named && (n == namesNone || n == mayName) {
		return p.scan(e)
	}
	a := unanswered()
	for i := range p.statements {
		s := &p.statements[i]
		g := direct
		if s.principals != nil && n != namesNone {
			if g = s.principals.match(e.principal, s.deny, bounded); g == noGrant {
				continue
			}
		}
		if !s.deny && a.grant >= g {
			continue
		}
		m := s.matches(e)
		if m == yes && n != mayName && (n == namesNone) == (s.principals != nil) {
			m = unknown
		}
		if m == yes && n == namesThrough && g == toAccount && e.gateway() {
			m = unknown
		}
		a.note(int32(i), s.deny, m, g)
		if a.deny != none {
			break
		}
	}
	return a
}

// note takes in what one statement says.
func (a *answer) note(i int32, deny bool, m truth, g grant) {
	switch {
	case m == no:
	case m == yes && deny:
		a.deny = i
	case m == yes:
		a.allow, a.grant = i, g
	case deny && a.maybeDeny == none:
		a.maybeDeny = i
	case !deny && a.maybeAllow == none:
		a.maybeAllow = i
	}
}
