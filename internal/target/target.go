package target

import (
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// Kind is the kind of a target.
type Kind string

// The kinds.
const (
	Principal     Kind = "principal"
	Policy        Kind = "policy"
	Control       Kind = "control"
	PermissionSet Kind = "permission-set"
	Walk          Kind = "walk"
	// Withheld is a call whose parameters CloudTrail withheld.
	Withheld Kind = "withheld"
	// Sweep is the sweep of an account: whether it was held.
	Sweep Kind = "sweep"
	// Closed is an item of the ledger whose account is closed, or not in the organization any more.
	Closed Kind = "closed"
)

// Target is what is reconciled. Which fields are set depends on its kind.
type Target struct {
	Kind      Kind   `json:"kind"`
	Partition string `json:"partition"`
	Account   string `json:"account"`

	// Ref and ID identify a principal. The path and the unique id may be unknown.
	Ref principal.Ref `json:"ref,omitzero"`
	ID  string        `json:"id,omitempty"`
	// ARN is a policy, a permission set, the key of an item whose account is closed, or the affected part of Ringfence. For a call whose
	// parameters were withheld it is the call, such as iam.amazonaws.com/CreatePolicy.
	ARN string `json:"arn,omitempty"`
	// Instance is the IAM Identity Center instance of a permission set.
	Instance string `json:"instance,omitempty"`
	// Scope is what a walk covers.
	Scope *Scope `json:"over,omitempty"`

	// Differs names the properties of a part of Ringfence that differ from the template. It is
	// empty if the target comes from a call.
	Differs string `json:"differs,omitempty"`

	// Held is what a held sweep would have written; nil if the sweep was not held.
	Held *plan.Held `json:"held,omitempty"`
	// Unreachable is why a sweep could not enter the account; empty if it did.
	Unreachable string `json:"unreachable,omitempty"`

	// Seen is a principal that was just read, so that it need not be read again.
	Seen *principal.Snapshot `json:"-"`
}

// Scope is the part of an account that a walk covers, and how far the walk has come.
type Scope struct {
	// Group limits the walk to the members of a group; empty for all users and roles.
	Group string `json:"group,omitempty"`
	// Boundary limits the walk to principals that must carry this boundary.
	Boundary string `json:"boundary,omitempty"`
	// ID is the unique id of one principal to look for, if its name does not lead to it.
	ID string `json:"id,omitempty"`
	// SecondPass is set if the first walk did not find that principal. It may have been
	// renamed meanwhile, to a page that was already read.
	SecondPass bool `json:"second,omitempty"`
	// Carrying limits the walk to principals that carry this policy as their boundary although
	// their rule requires another one.
	Carrying string `json:"carrying,omitempty"`
	// Policies limits the walk to the boundary policies.
	Policies bool `json:"policies,omitempty"`
	// Marker is where the next page begins; empty for the first.
	Marker string `json:"marker,omitempty"`
}

// Name identifies the walk among the walks over an account.
func (o Scope) Name() string {
	switch {
	case o.Carrying != "":
		return "carrying " + o.Carrying
	case o.Policies:
		return "policies"
	}
	return o.Group + o.Boundary + o.ID
}

// OfPrincipal returns the target for a user or role.
func OfPrincipal(ref principal.Ref, id string) Target {
	return Target{Kind: Principal, Partition: ref.Partition, Account: ref.Account, Ref: ref, ID: id}
}

// OfPolicy returns the target for a boundary policy in an account.
func OfPolicy(partition, account, arn string) Target {
	return Target{Kind: Policy, Partition: partition, Account: account, ARN: arn}
}

// OfWalk returns the target for a walk over an account.
func OfWalk(partition, account string, over Scope) Target {
	return Target{Kind: Walk, Partition: partition, Account: account, Scope: &over}
}

// OfSnapshot returns the target for a principal that was just read.
func OfSnapshot(s principal.Snapshot) Target {
	t := OfPrincipal(s.Ref, s.ID)
	t.Seen = &s
	return t
}

// WithID returns the target with the unique id of its principal, which must then be read again.
func (t Target) WithID(id string) Target {
	t.ID, t.Seen = id, nil
	return t
}

func (t Target) withRef(ref principal.Ref) Target {
	t.Ref = ref
	return t
}

// Identity is equal for targets that are the same thing, as far as that is known before
// anything is read. Names are unique in an account, whatever their path and case.
func (t Target) Identity() string {
	parts := []string{string(t.Kind), t.Account, t.ARN}
	if t.Kind == Principal {
		parts = append(parts, string(t.Ref.Kind), strings.ToLower(t.Ref.Name))
	}
	if t.Scope != nil {
		parts = append(parts, t.Scope.Name(), t.Scope.Marker, strconv.FormatBool(t.Scope.SecondPass))
	}
	return strings.Join(parts, " ")
}

// String returns the target's name for messages.
func (t Target) String() string {
	switch {
	case t.Kind == Principal:
		return t.Ref.String()
	case t.Kind == Sweep:
		return "the sweep of account " + t.Account
	case t.Kind == Closed:
		return "what is open in account " + t.Account + ", which seems to be closed"
	case t.Kind != Walk || t.Scope == nil:
		return t.ARN
	case t.Scope.Group != "":
		return "the members of group " + t.Scope.Group + " of account " + t.Account
	case t.Scope.Carrying != "":
		return "the principals that carry" + t.Scope.Carrying + " in account " + t.Account
	case t.Scope.Policies:
		return "the boundary policies of account " + t.Account
	}
	return "every user and role of account " + t.Account
}
