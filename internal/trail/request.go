package trail

import (
	"encoding/json"
	"errors"

	"github.com/ringfence/ringfence/internal/principal"
)

// request is the requestParameters of the watched calls. A field has the same name in all of them, and is text.
type request struct {
	RoleName         string `json:"roleName"`
	UserName         string `json:"userName"`
	GroupName        string `json:"groupName"`
	PolicyName       string `json:"policyName"`
	PolicyARN        string `json:"policyArn"`
	Path             string `json:"path"`
	NewUserName      string `json:"newUserName"`
	NewPath          string `json:"newPath"`
	PermissionSetARN string `json:"permissionSetArn"`
	InstanceARN      string `json:"instanceArn"`
	// The following fields are only evidence: a record without them, or with another type in their place, is
	// valid.
	Boundary       Text   `json:"permissionsBoundary"`
	Tags           tagSet `json:"tags"`
	PolicyDocument Text   `json:"policyDocument"`
	SetAsDefault   Flag   `json:"setAsDefault"`
	VersionID      Text   `json:"versionId"`
	omissible
}

// omissible is embedded in everything that is read from requestParameters.
type omissible struct {
	// Omitted is all that CloudTrail writes when the parameters are over 100 KB.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
	Omitted Flag `json:"omitted"` // records write it as text
}

func (o omissible) isOmitted() bool { return bool(o.Omitted) }

// errWithheld is the error for a record with omitted parameters.
var errWithheld = errors.New("omitted by CloudTrail, being too large")

func (r Raw) request() (request, error) { return parameters[request](r) }

// parameters reads requestParameters. A record without them names no principal, which is an error.
func parameters[Q interface{ isOmitted() bool }](r Raw) (Q, error) {
	const field = "requestParameters"
	var q, none Q
	if r.Request == nil {
		return none, r.missing(field)
	}
	if err := json.Unmarshal(r.Request, &q); err != nil {
		return none, r.unread(field, err)
	}
	if q.isOmitted() {
		return none, r.bad(field, "%w", errWithheld)
	}
	return q, nil
}

// unread returns the error for a JSON object at a field of the record that cannot be read.
func (r Raw) unread(field string, err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return r.bad(field+"."+kind.Field, "a JSON %s, where another type is expected", kind.Value)
	}
	return r.bad(field, "not an object: %w", err)
}

// created is the response of the watched calls that create something.
type created struct {
	Role *struct {
		Path     string   `json:"path"`
		RoleName string   `json:"roleName"`
		RoleID   string   `json:"roleId"`
		Boundary attached `json:"permissionsBoundary"`
	} `json:"role"`
	User *struct {
		Path     string   `json:"path"`
		UserName string   `json:"userName"`
		UserID   string   `json:"userId"`
		Boundary attached `json:"permissionsBoundary"`
	} `json:"user"`
	Policy *struct {
		ARN string `json:"arn"`
	} `json:"policy"`
}

// attached is the permissions boundary in the response of a call that creates a principal.
type attached string

// UnmarshalJSON reads the ARN from the object and ignores anything else.
func (a *attached) UnmarshalJSON(data []byte) error {
	var b struct {
		ARN Text `json:"permissionsBoundaryArn"`
	}
	_ = json.Unmarshal(data, &b)
	*a = attached(b.ARN)
	return nil
}

// response reads responseElements. They may be null, absent, omitted or truncated; the result is then empty
// and the caller uses the request.
func (r Raw) response() created {
	var c created
	if r.Response != nil && json.Unmarshal(r.Response, &c) != nil {
		return created{}
	}
	return c
}

// principal makes the subject of a call on a user or role. An empty path means that the record does not have it.
func (r Raw) principal(kind principal.Kind, path, name, field string) (Principal, error) {
	if name == "" {
		return Principal{}, r.missing(field)
	}
	if path != "" && (path[0] != '/' || path[len(path)-1] != '/') {
		return Principal{}, r.bad(field, "path %q is not between slashes", path)
	}
	ref := principal.Ref{Partition: r.Partition, Account: r.Account, Kind: kind, Path: path, Name: name}
	// A name that does not survive its own ARN would later mean another principal.
	back, err := principal.Parse(ref.ARN())
	if err != nil {
		return Principal{}, r.bad(field, "%w", err)
	}
	if back.Name != name || ref.PathKnown() && back.Path != path {
		return Principal{}, r.bad(field, "path %q and name %q make no %s", path, name, kind)
	}
	return Principal{Ref: ref}, nil
}

// policy makes the subject of a call on a managed policy.
func (r Raw) policy(arn, field string) (ManagedPolicy, error) {
	if arn == "" {
		return ManagedPolicy{}, r.missing(field)
	}
	if _, err := principal.ParsePolicy(arn); err != nil {
		return ManagedPolicy{}, r.bad(field, "%w", err)
	}
	return ManagedPolicy{ARN: arn}, nil
}
