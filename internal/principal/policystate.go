package principal

import "time"

// PolicyState is a managed policy as IAM gave it at one moment.
type PolicyState struct {
	ARN string
	// DefaultVersion is the id, such as v3, of the version in force.
	DefaultVersion string
	// Versions are the versions that were read, oldest first; their documents too.
	// IAM keeps at most five.
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

// Default is the version in force; ok is false where it was not among those read.
func (s PolicyState) Default() (v PolicyVersion, ok bool) {
	for _, v := range s.Versions {
		if v.ID == s.DefaultVersion {
			return v, true
		}
	}
	return PolicyVersion{}, false
}

// OldestSpare is the oldest version that is not in force, which is the one to prune
// when a new version finds no room; ok is false where there is none.
func (s PolicyState) OldestSpare() (v PolicyVersion, ok bool) {
	for _, v := range s.Versions {
		if v.ID != s.DefaultVersion && !v.Default {
			return v, true
		}
	}
	return PolicyVersion{}, false
}

// How an identity policy reaches a principal.
const (
	// Attached is a managed policy on the principal itself.
	Attached PolicySource = "attached"
	// Inline is a policy embedded in the principal.
	Inline PolicySource = "inline"
	// GroupAttached and GroupInline come to a user through a group.
	GroupAttached PolicySource = "group-attached"
	GroupInline   PolicySource = "group-inline"
)

// PolicySource is the way in which an identity policy reaches a principal.
type PolicySource string

// IdentityPolicy is one policy that grants a principal something.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
type IdentityPolicy struct {
	Source PolicySource
	// Name is the policy's name, and ARN its ARN where it is a managed one.
	Name string
	ARN  string
	// Group is the group that it comes through, else empty.
	Group string
	// Document is JSON text.
	Document []byte
}

// String names the policy and where it comes from, for messages.
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
