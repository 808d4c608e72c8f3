// Package principal names the IAM identities that Ringfence watches: users and
// roles, the managed policies that bound them, and the few of them that AWS lets
// nobody but one of its own services change.
//
// It is the lowest package of the program: everything else speaks in its terms,
// and it imports nothing of the project.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
package principal

import "time"

// Kind says what sort of identity a principal is.
type Kind string

// The two kinds of principal that can carry a permissions boundary. Groups cannot.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
const (
	User Kind = "user"
	Role Kind = "role"
)

// Ref names one principal in one account. Path begins and ends with a slash, as in
// IAM; an empty Path means that it is not known (most CloudTrail records give only
// the name), which [Ref.PathKnown] tells apart from the root path "/".
type Ref struct {
	Partition string `json:"partition"`
	Account   string `json:"account"`
	Kind      Kind   `json:"kind"`
	Path      string `json:"path,omitempty"`
	Name      string `json:"name"`
}

// PathKnown reports whether the principal's path was given. Without it the ARN of a
// principal outside the root path would come out wrong.
func (r Ref) PathKnown() bool { return r.Path != "" }

// ARN is the principal's ARN, such as arn:aws:iam::123456789012:role/dev/app. An
// unknown path is written as the root path: resolve the principal first.
func (r Ref) ARN() string {
	path := r.Path
	if path == "" {
		path = "/"
	}
	return "arn:" + r.Partition + ":iam::" + r.Account + ":" + string(r.Kind) + path + r.Name
}

// String is the ARN where the path is known, else a short form for messages.
func (r Ref) String() string {
	if r.PathKnown() {
		return r.ARN()
	}
	return string(r.Kind) + " " + r.Name + " of account " + r.Account
}

// Snapshot is a principal as IAM gave it at one moment: what a verdict is made from.
type Snapshot struct {
	Ref
	// ID is the unique id (AROA… or AIDA…). A principal that was deleted and made
	// again under the same name has another one.
	ID string
	// Boundary is the ARN of the managed policy set as permissions boundary, empty
	// where there is none.
	Boundary string
	// Tags are the principal's tags, their keys spelt as IAM keeps them. IAM takes keys
	// that differ by case alone for the same tag.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
	Tags map[string]string
	// Created is when IAM made the principal.
	Created time.Time
}
