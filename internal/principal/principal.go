// Package principal defines the IAM identities that Ringfence watches: users and roles, the
// managed policies that bound them, and the roles that only an AWS service may change.
//
// It is the lowest package of the program and imports nothing else of it.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
package principal

import "time"

// Kind is the kind of a principal.
type Kind string

// The two kinds of principal that can carry a permissions boundary. Groups cannot.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
const (
	User Kind = "user"
	Role Kind = "role"
)

// Ref identifies one principal in one account. Path begins and ends with a slash, as in IAM. An
// empty Path is unknown, since most CloudTrail records have only the name; the root path is
// "/". See [Ref.PathKnown].
type Ref struct {
	Partition string `json:"partition"`
	Account   string `json:"account"`
	Kind      Kind   `json:"kind"`
	Path      string `json:"path,omitempty"`
	Name      string `json:"name"`
}

// PathKnown reports whether the path is known. Without it the ARN of a principal outside the
// root path is wrong.
func (r Ref) PathKnown() bool { return r.Path != "" }

// ARN returns the principal's ARN, such as arn:aws:iam::123456789012:role/dev/app. It uses the
// root path for an unknown path: read the principal first.
func (r Ref) ARN() string {
	path := r.Path
	if path == "" {
		path = "/"
	}
	return "arn:" + r.Partition + ":iam::" + r.Account + ":" + string(r.Kind) + path + r.Name
}

// String returns the ARN if the path is known, otherwise a short form for messages.
func (r Ref) String() string {
	if r.PathKnown() {
		return r.ARN()
	}
	return string(r.Kind) + " " + r.Name + " of account " + r.Account
}

// Snapshot is a principal as IAM returned it at one moment. Decisions are made from it.
type Snapshot struct {
	Ref
	// ID is the unique id (AROA… or AIDA…). A principal that was deleted and created again
	// under the same name has a new one.
	ID string
	// Boundary is the ARN of the managed policy set as permissions boundary, empty if there is
	// none.
	Boundary string
	// Tags are the principal's tags, with keys spelled as in IAM. IAM treats keys that differ
	// only by case as the same.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
	Tags map[string]string
	// Created is when IAM created the principal.
	Created time.Time
}
