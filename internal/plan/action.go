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
	// Principal gets the boundary.
	Principal principal.Ref `json:"principal,omitzero"`
	// Boundary is the ARN of the managed policy to attach as permissions boundary.
	Boundary string `json:"boundary,omitempty"`
	// Policy is the ARN of the customer managed policy to restore or create.
	Policy string `json:"policy,omitempty"`
	// SetDefault is the id, such as v3, of the version to make default again.
	SetDefault string `json:"setDefault,omitempty"`
	// Document is the JSON text to write. The ledger does not keep it: it is the approved
	// document from the configuration.
	Document []byte `json:"-"`
	// Prune is the id of the version to delete first, to stay within IAM's limit of five. It is
	// never the default version.
	Prune string `json:"prune,omitempty"`
}

// ErrNoBoundary is returned if the principal exists but the boundary policy to attach does not.
var ErrNoBoundary = errors.New("the boundary policy does not exist")

// Writes reports whether the action calls IAM.
func (a Action) Writes() bool { return a.Kind.Writes() }
