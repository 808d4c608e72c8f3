package iac

import "github.com/ringfence/ringfence/internal/principal"

// Plan is what one file would do.
type Plan struct {
	// File is its path, and Format what it is, such as "Terraform plan".
	File, Format string
	Principals   []Principal
	Policies     []Policy
	// OneAccount is set if everything in the file is deployed to the same account.
	OneAccount bool
	// Partial are the reasons why the file may do more than is listed here.
	Partial []string
	// Sensitive are texts that the file marks as sensitive, beside the values here that are.
	Sensitive []string
}

// Place says where something is declared.
type Place struct {
	File string
	// Line begins with 1. It is 0 if the format has no lines.
	Line int
	// Address is the address of the resource, the logical id or the construct path.
	Address string
}

// Change is what happens to a resource.
type Change string

// The changes. A template declares a resource: whether the stack creates or updates it, the
// template does not say.
const (
	Create  Change = "create"
	Update  Change = "update"
	Replace Change = "replace"
	Delete  Change = "delete"
	Keep    Change = "no-op"
	Declare Change = "declare"
)

// NoAccount stands for the account in ARNs, if a template does not say which it is deployed to. It is
// not the id of an account.
const NoAccount = "000000000000"

// Home is the account of a resource. An absent value is unknown.
type Home struct {
	Account, Partition Value
}

// Principal is a user or role, as it would be after the deployment.
type Principal struct {
	Place
	Change Change
	Home
	Kind       principal.Kind
	Name, Path Value
	Boundary   Value
	// Attribute is what sets the boundary, such as permissions_boundary. If nothing does, it is empty, and
	// Remedy says what to do instead.
	Attribute, Remedy string
	Tags              map[string]Value
	// TagsUnknown says why it may have more tags, empty if it does not.
	TagsUnknown string
	// ID is its unique id, empty if it is not known.
	ID string
	// Identity are its identity policies. IdentityUnknown says why they are not known, or empty. An
	// attached policy has an ARN and no document.
	Identity        []principal.IdentityPolicy
	IdentityUnknown string
	// IdentitySensitive is set if a document in Identity is marked as sensitive.
	IdentitySensitive bool
	// Before is the principal as it is now, nil if that is not known.
	Before *principal.Snapshot
	// Notes are facts about the change that a reader should know.
	Notes []string
}

// Policy is a customer managed policy, as it would be after the deployment.
type Policy struct {
	Place
	Change Change
	Home
	Name, Path Value
	// Document is the JSON text of the policy.
	Document Value
}
