package iam

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// Details is an account as aws iam get-account-authorization-details prints it.
// https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html
type Details struct {
	UserDetailList  []UserDetail
	GroupDetailList []EntityDetail
	RoleDetailList  []RoleDetail
	Policies        []PolicyDetail
}

// EntityDetail is what the details of users, roles and groups have in common.
type EntityDetail struct {
	UserName, RoleName, GroupName string `json:",omitempty"`
	UserID                        string `json:"UserId,omitempty"`
	RoleID                        string `json:"RoleId,omitempty"`
	GroupID                       string `json:"GroupId,omitempty"`
	Arn, Path                     string
	CreateDate                    Date                                     `json:",omitempty"`
	UserPolicyList                []InlineDetail                           `json:",omitempty"`
	RolePolicyList                []InlineDetail                           `json:",omitempty"`
	GroupPolicyList               []InlineDetail                           `json:",omitempty"`
	AttachedManagedPolicies       []struct{ PolicyName, PolicyArn string } `json:",omitempty"`
	PermissionsBoundary           *struct{ PermissionsBoundaryArn string } `json:",omitempty"`
	Tags                          []Tag                                    `json:",omitempty"`
}

// UserDetail is a user.
type UserDetail struct {
	EntityDetail
	GroupList []string
}

// RoleDetail is a role.
type RoleDetail struct {
	EntityDetail
	AssumeRolePolicyDocument Document
	InstanceProfileList      []struct {
		InstanceProfileName, InstanceProfileId, Arn, Path string //nolint:revive // as AWS spells it
		CreateDate                                        Date
	}
}

// InlineDetail is an inline policy.
type InlineDetail struct {
	PolicyName     string
	PolicyDocument Document
}

// PolicyDetail is a managed policy with its versions.
type PolicyDetail struct {
	PolicyName, PolicyId, Arn, Path, DefaultVersionId, Description string //nolint:revive // as AWS spells it
	CreateDate, UpdateDate                                         Date
	PolicyVersionList                                              []struct {
		VersionId        string //nolint:revive // as AWS spells it
		Document         Document
		IsDefaultVersion bool
		CreateDate       Date
	}
}

// Document is a policy document: a JSON object, or a string that holds one, plain or
// percent-encoded.
type Document string

// UnmarshalJSON reads either form.
func (d *Document) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*d = Document(Decode(s))
		return nil
	}
	*d = Document(b)
	return nil
}

// Date is a time as the AWS CLI prints it: ISO 8601, or seconds since 1970.
type Date string

// UnmarshalJSON reads either form. What is neither is no time, since little hangs on it.
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) != nil {
		s, _, _ = strings.Cut(string(b), ".")
	}
	*d = Date(s)
	return nil
}

// ParseDetails reads the details, and tells which account and partition they are of.
func ParseDetails(data []byte) (d Details, account, partition string, err error) {
	if err := json.Unmarshal(data, &d); err != nil {
		return d, "", "", fmt.Errorf("reading account authorization details: %w", err)
	}
	var errs []error
	owner := func(arn string) {
		parts := strings.SplitN(arn, ":", 6)
		switch {
		case len(parts) != 6 || parts[2] != "iam":
			errs = append(errs, fmt.Errorf("account authorization details: %q is not an IAM ARN", arn))
		case parts[4] == principal.AWSManaged:
		case account == "":
			account, partition = parts[4], parts[1]
		case account != parts[4]:
			errs = append(errs, fmt.Errorf("account authorization details: %s is of another account than %s", arn, account))
		}
	}
	for _, u := range d.UserDetailList {
		owner(u.Arn)
	}
	for _, g := range d.GroupDetailList {
		owner(g.Arn)
	}
	for _, r := range d.RoleDetailList {
		owner(r.Arn)
	}
	for _, p := range d.Policies {
		owner(p.Arn)
	}
	if len(errs) == 0 && account == "" {
		errs = append(errs, errors.New("account authorization details: no user, role, group or customer policy tells which account they are of"))
	}
	return d, account, partition, errors.Join(errs...)
}

// Load puts the details' entities in place of those of the same name. It gives the
// ARNs of policies that are attached, or are boundaries, and that the details do not
// hold: they are assumed to exist, their documents unknown.
func (tx *Tx) Load(d Details) (assumed []string) {
	for _, p := range d.Policies {
		tx.PutPolicy(tx.loadPolicy(p))
	}
	for _, g := range d.GroupDetailList {
		tx.PutGroup(&Group{tx.loadEntity(KindGroup, g, g.GroupName, g.GroupID, g.GroupPolicyList)})
	}
	for _, r := range d.RoleDetailList {
		role := &Role{Entity: tx.loadEntity(KindRole, r.EntityDetail, r.RoleName, r.RoleID, r.RolePolicyList)}
		role.Trust, role.MaxSessionDuration = string(r.AssumeRolePolicyDocument), defaultSession
		tx.PutRole(role)
		for _, p := range r.InstanceProfileList {
			tx.PutProfile(&Profile{
				Name: p.InstanceProfileName, Path: or(p.Path, "/"), ID: p.InstanceProfileId, ARN: p.Arn,
				Created: tx.loadTime(p.CreateDate), Role: key(r.RoleName),
			})
		}
	}
	for _, u := range d.UserDetailList {
		user := &User{Entity: tx.loadEntity(KindUser, u.EntityDetail, u.UserName, u.UserID, u.UserPolicyList)}
		for _, g := range u.GroupList {
			tx.EnsureGroup("", g)
			user.Groups = append(user.Groups, key(g))
		}
		tx.PutUser(user)
	}
	for e := range tx.entities() {
		for _, arn := range append([]string{e.Boundary}, e.Attached...) {
			if tx.EnsurePolicy(arn, "") {
				assumed = append(assumed, arn)
			}
		}
	}
	return assumed
}

func (tx *Tx) loadEntity(kind Kind, d EntityDetail, name, id string, inline []InlineDetail) Entity {
	e := Entity{
		Kind: kind, Name: name, Path: or(d.Path, "/"), ID: id, ARN: d.Arn, Created: tx.loadTime(d.CreateDate),
		Tags: d.Tags, Inline: map[string]string{},
	}
	for _, p := range inline {
		e.Inline[p.PolicyName] = string(p.PolicyDocument)
	}
	for _, p := range d.AttachedManagedPolicies {
		e.Attached = append(e.Attached, p.PolicyArn)
	}
	if d.PermissionsBoundary != nil {
		e.Boundary = d.PermissionsBoundary.PermissionsBoundaryArn
	}
	return e
}

func (tx *Tx) loadPolicy(d PolicyDetail) *Policy {
	p := &Policy{
		Name: d.PolicyName, Path: or(d.Path, "/"), ID: d.PolicyId, ARN: d.Arn, Description: d.Description,
		AWSManaged: strings.Contains(d.Arn, ":iam::aws:policy/"), Default: d.DefaultVersionId,
	}
	for i := len(d.PolicyVersionList) - 1; i >= 0; i-- { // IAM lists the newest first
		v := d.PolicyVersionList[i]
		p.Add(v.VersionId, string(v.Document), v.IsDefaultVersion, tx.loadTime(v.CreateDate))
	}
	if p.Version(p.Default) == nil {
		p.Add(or(p.Default, "v1"), "", true, tx.Time)
	}
	p.Created, p.Updated = tx.loadTime(d.CreateDate), tx.loadTime(d.UpdateDate)
	return p
}

// loadTime reads a time as the aws command prints it; what it cannot read is now.
func (tx *Tx) loadTime(d Date) time.Time {
	if t, ok := policy.ParseDate(string(d)); ok {
		return t.UTC()
	}
	return tx.Time
}
