package trail

import (
	"encoding/json"
	"errors"

	"github.com/ringfence/ringfence/internal/principal"
)

// request is what the watched calls name in requestParameters. A field is spelt alike
// in all of them, and is text in all of them.
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
	// What follows is evidence only: a record without it, or with something odd in its
	// place, is a record all the same.
	Boundary       Text   `json:"permissionsBoundary"`
	Tags           tagSet `json:"tags"`
	PolicyDocument Text   `json:"policyDocument"`
	SetAsDefault   Flag   `json:"setAsDefault"`
	VersionID      Text   `json:"versionId"`
	omissible
}

// omissible is part of everything that is read from requestParameters.
type omissible struct {
	// Omitted is all that CloudTrail writes when the parameters are over 100 KB.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
	Omitted Flag `json:"omitted"` // records write it as text
}

func (o omissible) isOmitted() bool { return bool(o.Omitted) }

// errWithheld is why a record with omitted parameters cannot be decoded.
var errWithheld = errors.New("omitted by CloudTrail, being too large")

func (r Raw) request() (request, error) { return parameters[request](r) }

// parameters reads requestParameters. Without them a record tells of nobody, and is an
// error.
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

// unread is the error about a JSON object, at a field of the record, that could not be
// read.
func (r Raw) unread(field string, err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) && kind.Field != "" {
		return r.bad(field+"."+kind.Field, "a JSON %s, where another type is expected", kind.Value)
	}
	return r.bad(field, "not an object: %w", err)
}

// created is what the watched calls answer when they make something.
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

// attached is the permissions boundary in the answer of a call that makes a principal.
type attached string

// UnmarshalJSON takes the ARN out of the object, and passes over what is none.
func (a *attached) UnmarshalJSON(data []byte) error {
	var b struct {
		ARN Text `json:"permissionsBoundaryArn"`
	}
	_ = json.Unmarshal(data, &b)
	*a = attached(b.ARN)
	return nil
}

// response reads responseElements. They may be null, absent, omitted or cut short;
// then the answer is empty, and the caller makes do with the request.
func (r Raw) response() created {
	var c created
	if r.Response != nil && json.Unmarshal(r.Response, &c) != nil {
		return created{}
	}
	return c
}

// principal makes the subject of a call on a user or role. The path may be empty,
// which says that the record does not tell it.
func (r Raw) principal(kind principal.Kind, path, name, field string) (Principal, error) {
	if name == "" {
		return Principal{}, r.missing(field)
	}
	if path != "" && (path[0] != '/' || path[len(path)-1] != '/') {
		return Principal{}, r.bad(field, "path %q is not between slashes", path)
	}
	ref := principal.Ref{Partition: r.Partition, Account: r.Account, Kind: kind, Path: path, Name: name}
	// What cannot be read back from its own ARN would be somebody else further on.
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
