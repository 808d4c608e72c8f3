package eval

// Grant is how far a Principal element reaches towards a caller, weakest first.
type Grant = grant

// The grants.
const (
	// NoGrant: the element does not name the caller.
	NoGrant = noGrant
	// ToAccount: it names the caller's account, which leaves it to that account's identity policies.
	ToAccount = toAccount
	// ToIdentity: it names the role of the caller's session, or the user who federated the caller.
	ToIdentity = toIdentity
	// Direct: it names the caller itself, or everybody.
	Direct = direct
)

// Named asks one document that names principals, such as a trust policy, by itself, as if nothing else
// were in force: what it says about the request, and how far its Allow reaches towards the principal. The
// keys that follow from the principal are derived where the context does not have them, and no others.
// bounded is whether the principal has a permissions boundary.
func (p *Policy) Named(r *Request, bounded bool) (Alone, Grant) {
	e := env{action: r.Action, head: head(r.Action), resource: r.Resource, context: &r.Context, principal: &r.Principal}
	a := p.ask(&e, namesPrincipals, bounded)
	switch {
	case a.deny != none:
		return Alone{ExplicitDeny, a.deny, false}, noGrant
	case a.maybeDeny != none:
		return Alone{ExplicitDeny, a.maybeDeny, true}, noGrant
	case a.allow != none:
		return Alone{Allow, a.allow, a.maybeAllow != none}, a.grant
	default:
		return Alone{ImplicitDeny, none, a.maybeAllow != none}, noGrant
	}
}

// Reach gives how far the Principal or NotPrincipal element of a statement, by its index, reaches towards
// a principal, NoGrant if it has none.
func (p *Policy) Reach(statement int, who *Principal, bounded bool) Grant {
	s := &p.statements[statement]
	if s.principals == nil {
		return noGrant
	}
	return s.principals.match(who, s.deny, bounded)
}
