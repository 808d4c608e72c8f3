package policy

// Version is the version of the policy language that a document is written in. It
// decides whether ${…} is a variable or just text.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
type Version string

// The versions that exist. A document without a Version element has Version "" and is
// read as [Version2008].
const (
	Version2008 Version = "2008-10-17"
	Version2012 Version = "2012-10-17"
)

// Variables reports whether policy variables such as ${aws:username} are replaced in
// documents of this version.
func (v Version) Variables() bool { return v == Version2012 }

// Effect is what a statement does to the requests that it matches.
type Effect string

// The two effects. The values are case-sensitive.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is one policy document. Treat it as immutable once it is made: compiled
// forms share its strings and lists.
type Document struct {
	// Version is as written; "" where the element is missing.
	Version Version
	// ID is the Id element, "" where it is missing.
	ID string
	// Statements are in the order of the text.
	Statements []Statement
	// Single is true where Statement was written as one object and not as a list.
	Single bool

	order order
}

// Statement is one statement of a document.
type Statement struct {
	// Sid is the statement's identifier, "" where it is missing.
	Sid string
	// Effect is [Allow] or [Deny].
	Effect Effect
	// Principal is the Principal or NotPrincipal element; nil where it is missing, as
	// it must be in identity policies, boundaries, SCPs and session policies.
	Principal *Principals
	// Action is the Action or NotAction element; always present.
	Action Patterns
	// Resource is the Resource or NotResource element. It is missing (no values) in
	// role trust policies.
	Resource Patterns
	// Conditions hold the Condition element, flattened, in the order of the text. All
	// of them must be true. Nil where the element is missing; empty but not nil where
	// it was written as {}.
	Conditions []Condition
	// Pos is where the statement begins.
	Pos Pos

	order order
}

// Patterns is a list of strings with wildcards: the Action or Resource element or its
// Not form. Read the values with [ParsePattern].
type Patterns struct {
	// Not is true for NotAction and NotResource: everything but these.
	Not bool
	// Values are as written.
	Values []string
	// Single is true where one string was written and not a list.
	Single bool
	// Pos is where the element's value begins.
	Pos Pos
}

// Present reports whether the element was written at all.
func (p Patterns) Present() bool { return len(p.Values) > 0 }

// PrincipalType is the key in a Principal element, such as "AWS".
type PrincipalType string

// The types of principal that a policy can name.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
const (
	PrincipalAWS           PrincipalType = "AWS"
	PrincipalFederated     PrincipalType = "Federated"
	PrincipalService       PrincipalType = "Service"
	PrincipalCanonicalUser PrincipalType = "CanonicalUser"
)

// Principals is the Principal or NotPrincipal element.
type Principals struct {
	// Not is true for NotPrincipal: everybody but these.
	Not bool
	// Star is true where the element was written as "*": everybody, the anonymous
	// included. Blocks is then empty.
	Star bool
	// Blocks are the principals by type, in the order of the text.
	Blocks []PrincipalBlock
	// Pos is where the element's value begins.
	Pos Pos
}

// PrincipalBlock is the principals of one type.
type PrincipalBlock struct {
	Type PrincipalType
	// Values are ARNs, account ids, service names or "*", as written.
	Values []string
	// Single is true where one string was written and not a list.
	Single bool
	// Pos is where the block's value begins.
	Pos Pos
}

// Condition is one key under one operator. It is true if any value satisfies the
// operator (for a negated operator: if none does).
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
type Condition struct {
	Operator Operator
	// Key is the condition key as written. Keys are not case-sensitive, the name of a
	// tag after the slash included.
	Key string
	// Values are as written; numbers and booleans in the text are their JSON text.
	Values []string
	// Single is true where one value was written and not a list.
	Single bool
	// Bare marks the values that were written as JSON numbers or booleans instead of
	// strings. Nil where all are strings, else as long as Values.
	Bare []bool
	// Pos is where the key's values begin.
	Pos Pos
}

// Pos is a place in the text of a document, from line 1, column 1. Columns count
// bytes. The zero Pos is unknown: the document was made and not parsed.
type Pos struct {
	Line, Column int32
}
