package sim

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// aPolicy returns a boundary policy, or a policy used as one.
func (a *actor) aPolicy() string {
	if a.chance(700) {
		return policyARN(one(a.dice, "team", "dev"))
	}
	return policyARN("x-" + one(a.dice, customs...))
}

// document returns a document that an adversary might put in force.
func (a *actor) document() string {
	return documents[one(a.dice, "team", "dev", "equal", "denies", "silent", "small", "narrow", "wide", "admin", "other", "office", "none")]
}

// policy returns the current policy, or nil.
func (a *actor) policy(arn string) (p *iam.Policy) {
	_ = a.account.View(iam.Lag{}, func(tx *iam.Tx) error { p = tx.Policy(arn); return nil })
	return p
}

// newVersion puts another document in force.
func (a *actor) newVersion() {
	arn := a.aPolicy()
	p := a.policy(arn)
	if p == nil {
		return
	}
	if len(p.Versions) >= iam.MaxVersions {
		for _, v := range p.Versions {
			if v.ID != p.Default {
				a.call("DeletePolicyVersion", &awsiam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: aws.String(v.ID)})
				break
			}
		}
	}
	text := a.document()
	a.call("CreatePolicyVersion", &awsiam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &text, SetAsDefault: a.chance(850)})
}

// oldVersion makes another version the default.
func (a *actor) oldVersion() {
	arn := a.aPolicy()
	if p := a.policy(arn); p != nil {
		a.call("SetDefaultPolicyVersion", &awsiam.SetDefaultPolicyVersionInput{PolicyArn: &arn, VersionId: aws.String(p.Versions[a.n(len(p.Versions))].ID)})
	}
}

// remake detaches a policy everywhere, deletes it, and sometimes creates another with its name.
func (a *actor) remake() {
	arn := a.aPolicy()
	p := a.policy(arn)
	if p == nil {
		return
	}
	a.strip(arn)
	for _, v := range p.Versions {
		if v.ID != p.Default {
			a.call("DeletePolicyVersion", &awsiam.DeletePolicyVersionInput{PolicyArn: &arn, VersionId: aws.String(v.ID)})
		}
	}
	if !a.call("DeletePolicy", &awsiam.DeletePolicyInput{PolicyArn: &arn}) || a.chance(300) {
		return
	}
	text := a.document()
	a.later(a.between(0, 10*time.Second), func() {
		a.call("CreatePolicy", &awsiam.CreatePolicyInput{PolicyName: &p.Name, PolicyDocument: &text})
	})
}

// strip removes a policy from every principal that has it.
func (a *actor) strip(arn string) {
	var users []iam.Entity
	_ = a.account.View(iam.Lag{}, func(tx *iam.Tx) error { users = tx.UsedBy(arn); return nil })
	for _, e := range users {
		if e.Boundary == arn {
			a.put(e.Kind, e.Name, one(a.dice, "", denyAll, policyARN("x-wide")))
		}
	}
}

// grant adds or removes permissions of a principal.
func (a *actor) grant() {
	text, name := documents["admin"], "extra"
	switch {
	case a.kind == iam.KindRole && a.chance(700):
		a.call("PutRolePolicy", &awsiam.PutRolePolicyInput{RoleName: &a.name, PolicyName: &name, PolicyDocument: &text})
	case a.kind == iam.KindRole:
		a.call("DeleteRolePolicy", &awsiam.DeleteRolePolicyInput{RoleName: &a.name, PolicyName: &name})
	case a.chance(700):
		a.call("PutUserPolicy", &awsiam.PutUserPolicyInput{UserName: &a.name, PolicyName: &name, PolicyDocument: &text})
	default:
		a.call("DeleteUserPolicy", &awsiam.DeleteUserPolicyInput{UserName: &a.name, PolicyName: &name})
	}
}

// group changes the group's permissions or members.
func (a *actor) group() {
	text, name := documents["wide"], fmt.Sprintf("p%d", a.n(3))
	if a.kind == iam.KindUser && a.chance(500) {
		a.call("AddUserToGroup", &awsiam.AddUserToGroupInput{GroupName: &groupName, UserName: &a.name})
		return
	}
	a.call("PutGroupPolicy", &awsiam.PutGroupPolicyInput{GroupName: &groupName, PolicyName: &name, PolicyDocument: &text})
}

// remove deletes a principal, and first everything that prevents its deletion.
func (a *actor) remove() bool {
	name, extra := a.name, "extra"
	if a.kind == iam.KindRole {
		a.call("DeleteRolePolicy", &awsiam.DeleteRolePolicyInput{RoleName: &name, PolicyName: &extra})
		return a.call("DeleteRole", &awsiam.DeleteRoleInput{RoleName: &name})
	}
	a.call("DeleteUserPolicy", &awsiam.DeleteUserPolicyInput{UserName: &name, PolicyName: &extra})
	a.call("RemoveUserFromGroup", &awsiam.RemoveUserFromGroupInput{UserName: &name, GroupName: &groupName})
	return a.call("DeleteUser", &awsiam.DeleteUserInput{UserName: &name})
}
