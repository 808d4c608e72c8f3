package eval

import (
	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// Gaps are the parts of a request that are not known. The zero value has none.
type Gaps struct {
	// Resource is true if the resource of the request is a pattern with * and ?: the request is on a resource
	// that matches it, and it is not known on which.
	Resource bool
	// Key reports whether a condition key, in lower case, that the context does not have may nevertheless be in
	// the request, with any values. Nil means that the context is complete.
	Key func(key string) bool
	// Value reports whether a condition key that the context does not have is in the request for certain, with
	// values that are not known. Nil means that none is.
	Value func(key string) bool
	// Doubt is called for each gap that keeps a statement from being decided: with a condition key in lower case,
	// or with "" for the resource. It may be called more than once for each. Nil is allowed.
	Doubt func(key string)
	// best has a statement that hangs on a gap turn out in favour of the request.
	best bool
}

// Range is the set of answers that one document can give to a request with gaps. At least one of Allow, Deny
// and Silent is true. If only one is, that is the answer, whatever the gaps stand for.
type Range struct {
	// Allow, Deny and Silent report whether the document may allow the request, deny it explicitly, or do neither.
	Allow, Deny, Silent bool
	// Statement is the index of the first statement that denies or may deny the request; otherwise of the first
	// that allows or may allow it; -1 if there is none.
	Statement int32
}

// Certain returns the only possible outcome. It returns false if several are possible.
func (r Range) Certain() (Outcome, bool) {
	switch r {
	case Range{Allow: true, Statement: r.Statement}:
		return Allow, true
	case Range{Deny: true, Statement: r.Statement}:
		return ExplicitDeny, true
	case Range{Silent: true, Statement: r.Statement}:
		return ImplicitDeny, true
	}
	return ImplicitDeny, false
}

// Range asks one document about a request of which not everything is known. Principal elements are ignored.
// Condition keys that follow from the principal, such as aws:PrincipalArn, are derived where they are missing.
// The owner of the resource is known only from the request, and is not taken to be the principal's account.
//
// It decides statement by statement. So it may return several answers where only one is possible, for example
// if two statements have opposite conditions on the same unknown key. It never omits a possible answer.
func (p *Policy) Range(r *Request, gaps *Gaps) Range {
	e := env{action: r.Action, head: head(r.Action), resource: r.Resource, context: &r.Context, principal: &r.Principal, account: r.ResourceAccount, gaps: gaps}
	if account := field(r.Resource, 4); e.account == "" && principal.IsAccount(account) {
		e.account = account
	}
	if gaps.Resource {
		e.on = lang.New(wildcard.AppendTokens(nil, r.Resource), false, nil)
	}
	a := p.scan(&e)
	if a.deny != none {
		return Range{Deny: true, Statement: a.deny}
	}
	out := Range{Deny: a.maybeDeny != none, Allow: a.allow != none || a.maybeAllow != none, Silent: a.allow == none, Statement: none}
	for _, at := range []int32{a.maybeDeny, a.allow, a.maybeAllow} {
		if out.Statement == none {
			out.Statement = at
		}
	}
	return out
}

// unknown reports whether a condition key that the context lacks is or may be in the request.
func (e *env) unknown(key string) bool {
	if e.gaps == nil {
		return false
	}
	list, one := e.lookup(key)
	if len(list) > 0 || one != "" || !e.valueUnknown(key) && (e.gaps.Key == nil || !e.gaps.Key(key)) {
		return false
	}
	e.doubts = append(e.doubts, key)
	return true
}

// valueUnknown reports whether a condition key that the context lacks is in the request for certain.
func (e *env) valueUnknown(key string) bool { return e.gaps.Value != nil && e.gaps.Value(key) }

// doubted reports the gaps that keep a statement from being decided.
func (e *env) doubted(answer truth) {
	if e.gaps == nil {
		return
	}
	if answer == unknown && e.gaps.Doubt != nil {
		for _, key := range e.doubts {
			e.gaps.Doubt(key)
		}
	}
	e.doubts = e.doubts[:0]
}

// undetermined reports whether a pattern depends on a variable whose key is unknown.
func (e *env) undetermined(patterns []pattern) bool {
	if e.gaps == nil {
		return false
	}
	for i := range patterns {
		for _, t := range patterns[i].Tokens() {
			if t.Kind == wildcard.Variable && e.unknown(t.Text) {
				return true
			}
		}
	}
	return false
}

// resourceIn compares the Resource element with a resource that may be a pattern.
func (s *statement) resourceIn(e *env) truth {
	if e.on == nil {
		switch {
		case s.matchesAny(e):
			return yes
		case e.undetermined(s.resources):
			return unknown
		}
		return no
	}
	answer := no
	for i := range s.resources {
		switch e.within(&s.resources[i]) {
		case yes:
			return yes
		case unknown:
			answer = unknown
		}
	}
	return answer
}

// searched is how many steps a search for a resource in two patterns may take.
const searched = 20_000

// within compares one pattern with all resources that the request may be on.
func (e *env) within(p *pattern) truth {
	if p.Everything() {
		return yes
	}
	tokens := make([]wildcard.Token, 0, len(p.Tokens()))
	for _, t := range p.Tokens() {
		if t.Kind == wildcard.Variable {
			if e.unknown(t.Text) {
				return unknown
			}
			value, ok := e.variable(t)
			if !ok {
				return no
			}
			t = wildcard.Token{Text: value}
		}
		tokens = append(tokens, t)
	}
	glob := lang.New(tokens, false, nil)
	if e.on.Within(glob) {
		return yes
	}
	if _, found := (lang.Query{In: [][]*lang.Glob{{e.on}, {glob}}}).Find(lang.NewBudget(searched)); found == lang.Empty {
		return no
	}
	e.doubts = append(e.doubts, "")
	return unknown
}
