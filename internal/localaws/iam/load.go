package iam

import (
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/authdetails"
)

// Load adds entities and replaces those of the same name. It returns the ARNs of policies that are
// attached or boundaries but not among the entities. They are assumed to exist, with unknown
// documents.
func (tx *Tx) Load(d *authdetails.Entities) (assumed []string) {
	for i := range d.Policies {
		tx.PutPolicy(tx.loadPolicy(&d.Policies[i]))
	}
	for _, g := range d.Groups {
		tx.PutGroup(&Group{tx.loadEntity(KindGroup, &g, g.GroupName, g.GroupID, g.GroupPolicyList)})
	}
	for _, r := range d.Roles {
		role := &Role{Entity: tx.loadEntity(KindRole, &r.Entity, r.RoleName, r.RoleID, r.RolePolicyList)}
		role.Trust, role.MaxSessionDuration = string(r.AssumeRolePolicyDocument), defaultSession
		tx.PutRole(role)
	}
	for _, u := range d.Users {
		user := &User{Entity: tx.loadEntity(KindUser, &u.Entity, u.UserName, u.UserID, u.UserPolicyList)}
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

func (tx *Tx) loadEntity(kind Kind, d *authdetails.Entity, name, id string, inline []authdetails.Inline) Entity {
	e := Entity{
		Kind: kind, Name: name, Path: or(d.Path, "/"), ID: id, ARN: d.Arn, Created: tx.loadTime(d.CreateDate),
		Inline: map[string]string{},
	}
	for _, t := range d.Tags {
		e.Tags = append(e.Tags, Tag(t))
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

func (tx *Tx) loadPolicy(d *authdetails.ManagedPolicy) *Policy {
	p := &Policy{
		Name: d.PolicyName, Path: or(d.Path, "/"), ID: d.PolicyID, ARN: d.Arn, Description: d.Description,
		AWSManaged: strings.Contains(d.Arn, ":iam::aws:policy/"), Default: d.DefaultVersionID,
	}
	for i := len(d.PolicyVersionList) - 1; i >= 0; i-- { // IAM lists the newest first
		v := d.PolicyVersionList[i]
		p.Add(v.VersionID, string(v.Document), v.IsDefaultVersion, tx.loadTime(v.CreateDate))
	}
	if p.Version(p.Default) == nil {
		p.Add(or(p.Default, "v1"), "", true, tx.Time)
	}
	p.Created, p.Updated = tx.loadTime(d.CreateDate), tx.loadTime(d.UpdateDate)
	return p
}

// loadTime returns when an entity was created, or the current time if its details do not say.
func (tx *Tx) loadTime(d authdetails.Date) time.Time {
	if t := d.Time(); !t.IsZero() {
		return t.UTC()
	}
	return tx.Time
}
