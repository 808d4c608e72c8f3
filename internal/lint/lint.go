package lint

import (
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
)

// Boundary is a document for a permissions boundary in one account.
type Boundary struct {
	// ARN is the ARN of the policy.
	ARN      string
	Document *policy.Document
	// Boundaries are the ARNs of all boundaries of the configuration: a new role with one of these is inside.
	Boundaries []string
}

// Lint returns likely mistakes in the document, each as part of a sentence about the boundary, such as "allows nothing".
func (b Boundary) Lint() []string {
	if said := extent(b.Document); said != "" {
		return slices.Concat([]string{said}, Undocumented(b.Document), spelt(b.Document))
	}
	return slices.Concat(Undocumented(b.Document), spelt(b.Document), b.open(), chosen(b.Document))
}
