package eval

// Outcome is what a document or all layers together say about a request.
type Outcome uint8

// The outcomes. ImplicitDeny is the absence of an Allow.
const (
	ImplicitDeny Outcome = iota
	Allow
	ExplicitDeny
)

// String is the outcome's name, as in IAM's own words without the spaces.
func (o Outcome) String() string {
	switch o {
	case Allow:
		return "Allow"
	case ExplicitDeny:
		return "ExplicitDeny"
	}
	return "ImplicitDeny"
}

// Alone is what one document says by itself.
type Alone struct {
	Outcome Outcome
	// Statement is the index of the statement that decided, -1 for an implicit deny.
	Statement int32
	// Uncertain is true where the outcome hangs on a statement that cannot be read: it
	// was read as a Deny that takes effect, or as an Allow that does not.
	Uncertain bool
}

// Alone asks one document by itself, as if nothing else were in force: which of the
// three it says about an action on a resource ("*" for an action that takes none) in
// a context. No condition key is derived from anything, so a key that the context
// does not have is missing. Principal elements are ignored.
//
// It does not allocate.
func (p *Policy) Alone(action, resource string, c *Context) Alone {
	e := env{action: action, head: head(action), resource: resource, context: c}
	a := p.scan(&e)
	switch {
	case a.deny != none:
		return Alone{ExplicitDeny, a.deny, false}
	case a.maybeDeny != none:
		return Alone{ExplicitDeny, a.maybeDeny, true}
	case a.allow != none:
		return Alone{Allow, a.allow, false}
	default:
		return Alone{ImplicitDeny, none, a.maybeAllow != none}
	}
}
