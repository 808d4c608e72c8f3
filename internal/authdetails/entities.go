package authdetails

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
)

// Entities are the entities of an account, with the names and in the order of the input.
type Entities struct {
	Users    []User
	Groups   []Entity
	Roles    []Role
	Policies []ManagedPolicy
}

// Entity has the fields that users, roles and groups have in common. A group has no others. Only the
// name, the id and the policy list of the entity's kind are set.
type Entity struct {
	Path, Arn               string
	UserName, RoleName      string
	GroupName               string
	UserID                  string `json:"UserId"`
	RoleID                  string `json:"RoleId"`
	GroupID                 string `json:"GroupId"`
	CreateDate              Date
	UserPolicyList          []Inline
	GroupPolicyList         []Inline
	RolePolicyList          []Inline
	AttachedManagedPolicies []struct{ PolicyName, PolicyArn string }
	PermissionsBoundary     *struct{ PermissionsBoundaryArn string }
	Tags                    []struct{ Key, Value string }
}

// User is a user.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UserDetail.html
type User struct {
	Entity
	GroupList []string
}

// Role is a role.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
type Role struct {
	Entity
	AssumeRolePolicyDocument Document
}

// Inline is an inline policy.
type Inline struct {
	PolicyName     string
	PolicyDocument Document
}

// ManagedPolicy is a managed policy with its versions.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ManagedPolicyDetail.html
type ManagedPolicy struct {
	PolicyName, Arn, Path, Description string
	PolicyID                           string `json:"PolicyId"`
	DefaultVersionID                   string `json:"DefaultVersionId"`
	CreateDate, UpdateDate             Date
	PolicyVersionList                  []struct {
		Document         Document
		VersionID        string `json:"VersionId"`
		IsDefaultVersion bool
		CreateDate       Date
	}
}

// Document is the JSON text of a policy document. The input may be an object or a string of JSON,
// percent-encoded or not. It is empty if the input has none.
type Document []byte

// UnmarshalJSON keeps the text of an object without white space between tokens, and decodes a string.
// Most of an account's data is documents.
func (d *Document) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		if string(b) != "null" {
			*d = bytes.Clone(compact(b))
		}
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	decoded, err := policy.Decode(s)
	if err != nil {
		return err
	}
	*d = Document(decoded)
	return nil
}

// Date is a time as the AWS CLI prints it, not parsed yet.
type Date []byte

// UnmarshalJSON keeps the text.
func (d *Date) UnmarshalJSON(b []byte) error {
	*d = append((*d)[:0], b...)
	return nil
}

// Time parses ISO 8601 or seconds since 1970. It returns the zero time for anything else, because
// little depends on it.
func (d Date) Time() time.Time {
	var s string
	if json.Unmarshal(d, &s) != nil {
		s, _, _ = strings.Cut(string(d), ".")
	}
	t, _ := policy.ParseDate(s)
	return t
}
