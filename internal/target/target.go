package target

import (
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
)

// Kind is what sort of thing a target is.
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
)

// Target is what is reconciled. Which fields are set depends on its kind.
type Target struct {
	Kind      Kind   `json:"kind"`
	Partition string `json:"partition"`
	Account   string `json:"account"`

	// Ref and ID are a principal. The path may not be known, nor the unique id.
	Ref principal.Ref `json:"ref,omitzero"`
	ID  string        `json:"id,omitempty"`
	// ARN is a policy, a permission set, or the part of the control that was touched. For a
	// call whose parameters were withheld it is the call, as iam.amazonaws.com/CreatePolicy.
	ARN string `json:"arn,omitempty"`
	// Instance is the IAM Identity Center instance that a permission set is of.
	Instance string `json:"instance,omitempty"`
	// Over is what a walk goes over.
	Over *Over `json:"over,omitempty"`

	// Differs is in what a part of the control is not as the template has it, where a comparison
	// found that; empty where a call was on it.
	Differs string `json:"differs,omitempty"`

	// Held is what a sweep would have had written, and was not let; nil for one that was.
	Held *plan.Held `json:"held,omitempty"`

	// Seen is a principal that was read a moment ago, so that it need not be read again.
	Seen *principal.Snapshot `json:"-"`
}

// Over is the part of an account that a walk goes over, and how far it has come.
type Over struct {
	// Group is the group whose members are meant; empty for every user and role.
	Group string `json:"group,omitempty"`
	// Boundary is set where only those are meant that must carry this boundary.
	Boundary string `json:"boundary,omitempty"`
	// ID is set where the walk looks for one principal that its name does not lead to.
	ID string `json:"id,omitempty"`
	// Second is set where a first walk did not meet that one: it may have been given another
	// name meanwhile, on a page that was read already.
	Second bool `json:"second,omitempty"`
	// Carrying is set where only those are meant that carry this policy as their boundary,
	// while their rule requires another one.
	Carrying string `json:"carrying,omitempty"`
	// Policies is set where the boundary policies are meant, and nobody who carries them.
	Policies bool `json:"policies,omitempty"`
	// Marker is where the next page begins; empty for the first.
	Marker string `json:"marker,omitempty"`
}

// Name tells one walk over an account from another.
func (o Over) Name() string {
	switch {
	case o.Carrying != "":
		return "carrying " + o.Carrying
	case o.Policies:
		return "policies"
	}
	return o.Group + o.Boundary + o.ID
}

// OfPrincipal is the target for a user or role.
func OfPrincipal(ref principal.Ref, id string) Target {
	return Target{Kind: Principal, Partition: ref.Partition, Account: ref.Account, Ref: ref, ID: id}
}

// OfPolicy is the target for a boundary policy in an account.
func OfPolicy(partition, account, arn string) Target {
	return Target{Kind: Policy, Partition: partition, Account: account, ARN: arn}
}

// OfWalk is the target for a walk over an account.
func OfWalk(partition, account string, over Over) Target {
	return Target{Kind: Walk, Partition: partition, Account: account, Over: &over}
}

// Read is the target for a principal that was read a moment ago.
func Read(s principal.Snapshot) Target {
	t := OfPrincipal(s.Ref, s.ID)
	t.Seen = &s
	return t
}

// WithID is the target with the unique id of its principal, which is to be read.
func (t Target) WithID(id string) Target {
	t.ID, t.Seen = id, nil
	return t
}

func (t Target) named(ref principal.Ref) Target {
	t.Ref = ref
	return t
}

// Same is equal for targets that are the same thing, as far as is known before anything
// is read: names are unique in an account, whatever the path and the spelling of case.
func (t Target) Same() string {
	parts := []string{string(t.Kind), t.Account, t.ARN}
	if t.Kind == Principal {
		parts = append(parts, string(t.Ref.Kind), strings.ToLower(t.Ref.Name))
	}
	if t.Over != nil {
		parts = append(parts, t.Over.Name(), t.Over.Marker, strconv.FormatBool(t.Over.Second))
	}
	return strings.Join(parts, " ")
}

// String names the target in messages.
func (t Target) String() string {
	switch {
	case t.Kind == Principal:
		return t.Ref.String()
	case t.Kind == Sweep:
		return "the sweep of account " + t.Account
	case t.Kind != Walk || t.Over == nil:
		return t.ARN
	case t.Over.Group != "":
		return "the members of group " + t.Over.Group + " of account " + t.Account
	case t.Over.Carrying != "":
		return "who carries " + t.Over.Carrying + " in account " + t.Account
	case t.Over.Policies:
		return "the boundary policies of account " + t.Account
	}
	return "every user and role of account " + t.Account
}
