package plan

import (
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
)

// Version is a version of a managed policy that another version is compared with.
type Version struct {
	ID string `json:"id"`
	// Document is JSON text.
	Document []byte `json:"document,omitempty"`
}

// ChangedPolicy returns the decision on a call that changed the default version of a required
// policy without an approved document. It cannot be evaluated, so the change is reported. m
// compares the new document with the previous version, nil if none is left.
func ChangedPolicy(b config.Boundary, m exposure.Meaning, document []byte, before *Version) Decision {
	return forPolicy(b).withMeaning(m).withDrift(finding.PolicyChanged, PolicyUnapproved).WithLiveDocument(document).withPrevious(before).alertOnly()
}

// UnapprovedPolicy returns the decision on a required policy that exists and has no approved
// document.
func UnapprovedPolicy(b config.Boundary) Decision { return forPolicy(b).inside(PolicyUnapproved) }
