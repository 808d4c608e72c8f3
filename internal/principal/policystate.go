package principal

import "time"

// PolicyState is a managed policy as IAM returned it at one moment.
type PolicyState struct {
	ARN string
	// DefaultVersion is the id, such as v3, of the default version.
	DefaultVersion string
	// Versions are the versions that were read, oldest first, with their documents. IAM keeps
	// at most five.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html
	Versions []PolicyVersion
}

// PolicyVersion is one version of a managed policy.
type PolicyVersion struct {
	ID      string
	Default bool
	Created time.Time
	// Document is JSON text, as its author wrote it.
	Document []byte
}

// Default returns the default version; ok is false if it was not read.
func (s PolicyState) Default() (v PolicyVersion, ok bool) {
	for _, v := range s.Versions {
		if v.ID == s.DefaultVersion {
			return v, true
		}
	}
	return PolicyVersion{}, false
}

// OldestSpare returns the oldest version that is not the default, which is pruned to make room
// for a new one; ok is false if there is none.
func (s PolicyState) OldestSpare() (v PolicyVersion, ok bool) {
	for _, v := range s.Versions {
		if v.ID != s.DefaultVersion && !v.Default {
			return v, true
		}
	}
	return PolicyVersion{}, false
}

// How an identity policy applies to a principal.
const (
	// Attached is a managed policy attached to the principal itself.
	Attached PolicySource = "attached"
	// Inline is a policy embedded in the principal.
	Inline PolicySource = "inline"
	// GroupAttached and GroupInline come to a user through a group.
	GroupAttached PolicySource = "group-attached"
	GroupInline   PolicySource = "group-inline"
)

// PolicySource is how an identity policy applies to a principal.
type PolicySource string

// IdentityPolicy is one policy that grants permissions to a principal.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
type IdentityPolicy struct {
	Source PolicySource
	// Name is the policy's name. ARN is set for a managed policy.
	Name string
	ARN  string
	// Group is the group that it comes from, otherwise empty.
	Group string
	// Document is JSON text.
	Document []byte
}

// String returns the name of the policy and its source, for messages.
func (p IdentityPolicy) String() string {
	what := "inline policy " + p.Name
	if p.ARN != "" {
		what = p.ARN
	}
	if p.Group != "" {
		what += " through group " + p.Group
	}
	return what
}
