package plan

import (
	"errors"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// Action is one repair, as data: a decision holds it and an edge carries it out.
// Which fields are set depends on Kind:
//
//   - [finding.Reattach], [finding.Quarantine]: Principal gets Boundary.
//   - [finding.Restore]: Policy gets SetDefault as its default version; or, where no
//     version has the approved meaning, Prune is deleted (when set) and Document
//     becomes a new default version.
//   - [finding.CreatePolicy]: Policy is created with Document.
//
// [finding.NoAction] and [finding.Alert] write nothing. No action takes a boundary
// away or deletes a policy.
type Action struct {
	Kind finding.Action `json:"kind"`
	// Principal is the one that the boundary is put on.
	Principal principal.Ref `json:"principal,omitzero"`
	// Boundary is the ARN of the managed policy to attach as permissions boundary.
	Boundary string `json:"boundary,omitempty"`
	// Policy is the ARN of the customer managed policy to restore or create.
	Policy string `json:"policy,omitempty"`
	// SetDefault is the id, such as v3, of the version to make default again.
	SetDefault string `json:"setDefault,omitempty"`
	// Document is the JSON text of the version or policy to write. The ledger does not
	// keep it: it is the approved one, which the configuration has.
	Document []byte `json:"-"`
	// Prune is the id of the version to delete first, to stay within IAM's limit of
	// five. It is never the default version.
	Prune string `json:"prune,omitempty"`
}

// ErrNoBoundary is the error of an action whose boundary is a policy that does not exist,
// while the principal does.
var ErrNoBoundary = errors.New("the boundary policy does not exist")

// Writes reports whether carrying the action out would call IAM at all.
func (a Action) Writes() bool { return a.Kind.Writes() }
