// Package trail reads CloudTrail records, bare or in EventBridge's envelope, and says
// what each may have changed.
//
// A change is a hint and never a state: CloudTrail delivers late, twice, out of order
// or not at all, so those who act on a [Change] read the live state first.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
package trail

import (
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// Change is what one CloudTrail record says: what happened, and who to look at.
type Change struct {
	Record
	// Subject is what the call concerned. It is an [Unwatched] for the calls that
	// can change no boundary, whatever they are, and for those that failed.
	Subject Subject
}

// Record is the part of a CloudTrail record that is the same for all calls.
type Record struct {
	// EventID is CloudTrail's eventID: the identity of the event, also when it is
	// delivered twice. For an addendum it is that of the event that it corrects.
	EventID string
	// Source and Name are the API, as iam.amazonaws.com and CreateRole.
	Source string
	Name   string
	// Time is eventTime, to the second.
	Time time.Time
	// Region is awsRegion: the home region of IAM in its partition, for IAM's calls.
	Region string
	// Account is the account in which the call took effect (recipientAccountId).
	Account string
	// Partition is that of the region: aws, aws-cn, aws-us-gov, …
	Partition string
	// Actor is who made the call. It is shown to people and never decides anything:
	// names, agents and addresses can be chosen by the caller.
	Actor Actor
	// ErrorCode is empty for a call that succeeded.
	ErrorCode string
}

// Call is the call as the tables name it: without the date that CloudTrail puts behind
// the names of some.
func (r Record) Call() Call { return Call{r.Source, undated(r.Source, r.Name)} }

// Failed reports whether the call was refused, so that it changed nothing.
func (r Record) Failed() bool { return r.ErrorCode != "" }

// Actor is who made a call, as far as the record tells.
type Actor struct {
	// ARN is empty for the identities that have none.
	ARN string
	// Name is what else the record calls the caller: the user's name, the id of an
	// IAM Identity Center user, the AWS service, or the unique id.
	Name string
	// Type is userIdentity.type, which may be missing: Root, IAMUser, AssumedRole, AWSService, …
	Type string
	// SourceIP may be a service's DNS name.
	SourceIP  string
	UserAgent string
	// AccessKeyID is the key that signed the call, and SessionIssuer the ARN of the role or user
	// that temporary credentials are from; both are empty where the record has none.
	AccessKeyID   string
	SessionIssuer string
	// MFA is what the record says of multi-factor authentication, true or false as text, and
	// empty where it says nothing: long-term keys have no session.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
	MFA string
}

// String is the caller's ARN where there is one, else the next best name.
func (a Actor) String() string { return first(a.ARN, a.Name, a.Type, "unknown") }

// Subject is what a call concerned: one of the types below.
type Subject interface{ subject() }

// Principal is the subject of a call on a user or role.
type Principal struct {
	// Ref has no path where the record does not give it (see [principal.Ref.PathKnown]).
	// After a rename it has the new name.
	Ref principal.Ref
	// ID is the unique id, where the record gives it.
	ID string
	// Boundary is what the call left the principal with: the ARN of a boundary, or empty
	// for none. It is nil for a call that says nothing of boundaries.
	Boundary *string
	// Moved is what the call changed of the principal's name, path or tags.
	Moved principal.Move
	// Made is what the call made the principal with; nil for every other call.
	Made *principal.Made
	// Deleted is set when the call removed the principal.
	Deleted bool
}

// ManagedPolicy is the subject of a call on a managed policy.
type ManagedPolicy struct {
	ARN     string
	Deleted bool
	// Document is the JSON text that the call put in force, nil where the record does not
	// tell. Version is the id of a version that it made the default.
	Document []byte
	Version  string
}

// Group is the subject of a call on a group's policies: all its members are concerned.
type Group struct {
	Partition string
	Account   string
	Name      string
}

// PermissionSet is the subject of a call on an IAM Identity Center permission set's
// boundary.
// https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_PutPermissionsBoundaryToPermissionSet.html
type PermissionSet struct {
	ARN         string
	InstanceARN string
	// BoundaryRemoved is set when the call took the boundary away.
	BoundaryRemoved bool
}

// Control is the subject of a call on one of the services that a control such as
// Ringfence is built on. Most are on what belongs to somebody else: which are on its own
// parts, package tamper tells.
type Control struct {
	// Resources are the ARNs of what the call names.
	Resources []string
	// Unnamed is set where the record does not tell what the call was on, and Withheld
	// where CloudTrail left that out, being too large.
	Unnamed, Withheld bool
	// Tags are the keys of the tags that the call wrote.
	Tags []string
}

// Withheld is the subject of a call that matters and whose parameters CloudTrail left out,
// being over 100 KB: it may have concerned anything that such a call can. White space is
// enough for that, and IAM does not count it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type Withheld struct{}

// Unwatched is the subject of a call that can change no boundary.
type Unwatched struct{}

func (Principal) subject()     {}
func (ManagedPolicy) subject() {}
func (Group) subject()         {}
func (PermissionSet) subject() {}
func (Control) subject()       {}
func (Withheld) subject()      {}
func (Unwatched) subject()     {}
