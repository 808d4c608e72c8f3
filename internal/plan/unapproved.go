package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// Version is a version of a managed policy that another one is compared with.
type Version struct {
	ID string `json:"id"`
	// Document is JSON text.
	Document []byte `json:"document,omitempty"`
}

// ChangedPolicy is the decision on a call that put another document in force in a required
// policy, where no document is approved: nobody can say whether it may, so it is told what
// changed. The meaning is that of the document to the version before, nil where none is left.
func ChangedPolicy(b config.Boundary, m exposure.Meaning, document []byte, before *Version) Decision {
	return askedOfPolicy(b).means(m).drifted(finding.PolicyChanged, PolicyUnapproved).Found(document).after(before).alerts()
}

// UnapprovedPolicy is the decision on a required policy that is there, and that no document
// is approved for.
func UnapprovedPolicy(b config.Boundary) Decision { return askedOfPolicy(b).inside(PolicyUnapproved) }
