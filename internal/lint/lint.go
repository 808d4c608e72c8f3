package lint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
)

// Boundary is a document that is to be a permissions boundary, as it is in one account.
type Boundary struct {
	// ARN is the policy's own.
	ARN      string
	Document *policy.Document
	// Boundaries are the ARNs of all boundaries of the configuration: who gives one of these
	// to a new role lets nobody out.
	Boundaries []string
}

// Lint says what is hardly meant in the document, each as a part of a sentence about the
// boundary, such as "allows nothing".
func (b Boundary) Lint() []string {
	if said := extent(b.Document); said != "" {
		return append([]string{said}, spelt(b.Document)...)
	}
	return slices.Concat(spelt(b.Document), b.open(), chosen(b.Document))
}
