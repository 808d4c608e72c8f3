// Package trail reads CloudTrail records, bare or in EventBridge's envelope, and reports what each may have
// changed.
//
// A change is a hint, never a state: CloudTrail delivers late, twice, out of order or not at all. Code that
// acts on a [Change] reads the live state first.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
package trail

import (
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// Change is the meaning of one CloudTrail record: what happened, and what to look at.
type Change struct {
	Record
	// Subject is what the call affected. It is an [Unwatched] for calls that cannot affect a boundary and
	// for calls that failed.
	Subject Subject
}

// Record is the part of a CloudTrail record that is the same for all calls.
type Record struct {
	// EventID is CloudTrail's eventID. It identifies an event that is delivered twice. For an addendum it
	// is the id of the corrected event.
	EventID string
	// Source and Name are the API call, such as iam.amazonaws.com and CreateRole.
	Source string
	Name   string
	// Time is eventTime, to the second.
	Time time.Time
	// Region is awsRegion: the home region of IAM in its partition, for IAM's calls.
	Region string
	// Account is the account in which the call took effect (recipientAccountId).
	Account string
	// Partition is the partition of the region: aws, aws-cn, aws-us-gov, …
	Partition string
	// Actor is the caller. It is shown to people and never decides anything: a caller can choose names,
	// agents and addresses.
	Actor Actor
	// ErrorCode is empty for a call that succeeded.
	ErrorCode string
}

// Call returns the call under its name in the tables: without the date that CloudTrail appends to some
// names.
func (r Record) Call() Call { return Call{r.Source, undated(r.Source, r.Name)} }

// Failed reports whether the call failed and so changed nothing.
func (r Record) Failed() bool { return r.ErrorCode != "" }

// Actor is the caller, as far as the record says.
type Actor struct {
	// ARN is empty for identities that have none.
	ARN string
	// Name is the next best name of the caller: the user's name, the id of an IAM Identity Center user, the
	// AWS service, or the unique id.
	Name string
	// Type is userIdentity.type, which may be missing: Root, IAMUser, AssumedRole, AWSService, …
	Type string
	// SourceIP may be a service's DNS name.
	SourceIP  string
	UserAgent string
	// AccessKeyID is the key that signed the call. SessionIssuer is the ARN of the role or user that issued
	// temporary credentials. Both are empty if the record has none.
	AccessKeyID   string
	SessionIssuer string
	// MFA is "true" or "false", or empty if the record does not say whether the session had multi-factor
	// authentication: long-term keys have no session.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
	MFA string
}

// String returns the caller's ARN if there is one, otherwise the next best name.
func (a Actor) String() string { return first(a.ARN, a.Name, a.Type, "unknown") }

// Subject is what a call affected: one of the types below.
type Subject interface{ subject() }

// Principal is the subject of a call on a user or role.
type Principal struct {
	// Ref has no path if the record does not have it (see [principal.Ref.PathKnown]). After a rename it has
	// the new name.
	Ref principal.Ref
	// ID is the unique id, if the record has it.
	ID string
	// Boundary is the boundary of the principal after the call: an ARN, or "" for none. It is nil for a call
	// that does not set or remove a boundary.
	Boundary *string
	// Moved is the change of the principal's name, path or tags.
	Moved principal.Move
	// Made is the state with which the call created the principal; nil for every other call.
	Made *principal.Made
	// Deleted is set when the call removed the principal.
	Deleted bool
}

// ManagedPolicy is the subject of a call on a managed policy.
type ManagedPolicy struct {
	ARN     string
	Deleted bool
	// Document is the JSON text of the new default version, or nil if the record does not have it. Version
	// is the id of a version that the call made the default.
	Document []byte
	Version  string
}

// Group is the subject of a call on a group's policies. It affects all members.
type Group struct {
	Partition string
	Account   string
	Name      string
}

// PermissionSet is the subject of a call on the boundary of an IAM Identity Center permission set.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
type PermissionSet struct {
	ARN         string
	InstanceARN string
	// BoundaryRemoved is set when the call removed the boundary.
	BoundaryRemoved bool
}

// Control is the subject of a call on one of the services that Ringfence is built on. Most such calls are on
// other resources: package tamper finds those on Ringfence's own parts.
type Control struct {
	// Resources are the ARNs of the resources that the call names.
	Resources []string
	// Unnamed is set if the record does not name the resource. Withheld is set if CloudTrail omitted the
	// parameters because of their size.
	Unnamed, Withheld bool
	// Tags are the keys of the tags that the call wrote.
	Tags []string
}

// Withheld is the subject of a watched call whose parameters CloudTrail omitted because they exceed 100 KB.
// The call may have affected anything that such a call can. White space is enough to exceed the limit, and
// IAM does not count it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type Withheld struct{}

// Unwatched is the subject of a call that cannot affect a boundary.
type Unwatched struct{}

func (Principal) subject()     {}
func (ManagedPolicy) subject() {}
func (Group) subject()         {}
func (PermissionSet) subject() {}
func (Control) subject()       {}
func (Withheld) subject()      {}
func (Unwatched) subject()     {}
