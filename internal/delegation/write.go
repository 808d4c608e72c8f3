package delegation

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// MaxControl is how many characters an SCP may have, white space counted.
//
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const MaxControl = 10240

// Target is for what documents are written.
type Target struct {
	// Partition and Account are where they are in force. If the account is empty, they are for every account of the
	// partition.
	Partition, Account string
	// ARN is that of the boundary that the rule requires there, and Others are those of all boundaries of the
	// configuration. If the account is empty, they are of any account.
	ARN    string
	Others []string
	// Exceptions are ARN patterns of the principals that the SCP does not limit.
	Exceptions []string
}

// Documents are what delegates a rule.
type Documents struct {
	// Name is what the delegation policy must be called: it keeps its holders from editing a policy of this name.
	Name string
	// Delegation is the identity policy of those who manage the principals of the rule.
	Delegation *policy.Document
	// Control is the SCP that keeps everyone else from making principals outside the boundary where those of the rule
	// are.
	Control *policy.Document
}

// Write writes the documents for an area. [Prove] says whether they keep what they promise.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
func Write(a *Area, t Target) Documents {
	w := writer{a, t}
	return Documents{Name: w.name(), Delegation: w.delegation(), Control: w.control()}
}

type writer struct {
	*Area
	Target
}

func (w *writer) name() string { return w.Rule + "-delegation" }

// arns makes ARN patterns of resources of IAM.
func (w *writer) arns(resources []string) []string {
	account := w.Account
	if account == "" {
		account = anyAccount
	}
	out := make([]string, len(resources))
	for i, r := range resources {
		out[i] = "arn:" + w.Partition + ":iam::" + account + ":" + r
	}
	return out
}

// portable is the ARN of a policy, as a pattern where it is for every account.
func (w *writer) portable(arn string) string {
	if p, err := principal.ParsePolicy(arn); err == nil && w.Account == "" && p.Account != principal.AWSManaged {
		p.Account = anyAccount
		return p.ARN()
	}
	return arn
}

// bounded is the condition that a user or role has the boundary, or that none of these is its boundary.
func (w *writer) bounded(not string, arns ...string) policy.Condition {
	operator := "String" + not + "Equals"
	if w.Account == "" {
		operator = "Arn" + not + "Like"
	}
	values := make([]string, len(arns))
	for i, arn := range arns {
		values[i] = w.portable(arn)
	}
	return is(operator, boundaryKey, values...)
}

// by returns actions for a kind of principal, if the area has it. KIND in their names stands for the kind.
func (w *writer) by(kind principal.Kind, names ...string) (list []string) {
	word := map[principal.Kind]string{principal.Role: "Role", principal.User: "User"}[kind]
	if !slices.Contains(w.Kinds, kind) {
		return nil
	}
	for _, n := range names {
		list = append(list, "iam:"+strings.ReplaceAll(n, "KIND", word))
	}
	return list
}

// both are the actions for users and for roles.
func (w *writer) both(names ...string) []string {
	return append(w.by(principal.Role, names...), w.by(principal.User, names...)...)
}

func statement(sid string, effect policy.Effect, actions, resources []string, when ...policy.Condition) policy.Statement {
	return policy.Statement{Sid: sid, Effect: effect, Action: policy.Patterns{Values: actions}, Resource: policy.Patterns{Values: resources}, Conditions: when}
}

var everywhere = []string{"*"}

// edits are the actions that change a managed policy, and reads those that change nothing.
var (
	edits = []string{"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"}
	reads = []string{"iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*"}
)

// delegation allows what a team needs to manage the users and roles of the area.
func (w *writer) delegation() *policy.Document {
	principals, policies := w.resources()
	role, user := slices.Contains(w.Kinds, principal.Role), slices.Contains(w.Kinds, principal.User)
	d := &policy.Document{Version: policy.Version2012}
	add := func(s policy.Statement) { d.Statements = append(d.Statements, s) }
	add(statement("ChangeOnlyWithTheBoundary", policy.Allow,
		append(w.both("AttachKINDPolicy", "CreateKIND", "DeleteKINDPolicy", "DetachKINDPolicy", "PutKINDPolicy"), w.by(principal.Role, "UpdateAssumeRolePolicy")...),
		w.arns(principals), w.bounded("", w.ARN)))
	if role {
		add(statement("KeepRolesAndPassThem", policy.Allow,
			w.by(principal.Role, "DeleteRole", "PassRole", "TagRole", "UntagRole", "UpdateRole", "UpdateRoleDescription"), w.arns(ofArea(w.below, "role"))))
		add(statement("GiveRolesToInstances", policy.Allow,
			w.by(principal.Role, "AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "RemoveRoleFromInstanceProfile"), w.arns(ofArea(w.below, "instance-profile"))))
	}
	if user {
		add(statement("KeepUsersAndTheirKeys", policy.Allow, w.by(principal.User,
			"CreateAccessKey", "CreateLoginProfile", "DeleteAccessKey", "DeleteLoginProfile", "DeleteUser", "TagUser", "UntagUser",
			"UpdateAccessKey", "UpdateLoginProfile"), w.arns(ofArea(w.below, "user"))))
	}
	add(statement("KeepTheirPolicies", policy.Allow, append(slices.Clone(edits), "iam:TagPolicy", "iam:UntagPolicy"), w.arns(policies)))
	add(statement("SeeIdentity", policy.Allow, []string{"iam:Get*", "iam:List*"}, everywhere))
	add(statement("NoBoundaryIsRemovedOrSwapped", policy.Deny, []string{
		"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary",
	}, everywhere))
	add(statement("NoBoundaryPolicyIsEditedNorThisOne", policy.Deny, append(slices.Clone(edits), "iam:TagPolicy", "iam:UntagPolicy"),
		append(w.guarded(), w.arns([]string{"policy/" + w.name()})...)))
	add(statement("NoRoleFromATemplate", policy.Deny, []string{"iam:*"}, everywhere, is("Null", templateKey, "false")))
	add(statement("NobodyEnablesRoleManagerOrMovesUsers", policy.Deny, []string{"iam:PutAccountProperties", "iam:UpdateGroup", "iam:UpdateUser"}, everywhere))
	if len(w.except) > 0 {
		s := statement("WhatIsNotOfTheRule", policy.Deny, reads, w.arns(w.except))
		s.Action.Not = true
		add(s)
	}
	return d
}

// guarded are the policies of the account that are boundaries.
func (w *writer) guarded() (list []string) {
	for _, arn := range append([]string{w.ARN}, w.Others...) {
		if !managed(arn) {
			list = append(list, w.portable(arn))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// control denies everyone, but for the exceptions, what would make a principal of the area outside. A quarantine is
// possible: AWSDenyAll is the narrowest boundary.
func (w *writer) control() *policy.Document {
	principals, _ := w.resources()
	unless := is("ArnNotLike", "aws:PrincipalArn", w.Exceptions...)
	on := w.arns(principals)
	quarantine := principal.DenyAll(w.Partition).ARN()
	d := &policy.Document{Version: policy.Version2012, Statements: []policy.Statement{
		statement("NobodyIsMadeOrSwappedWithoutTheBoundary", policy.Deny, w.both("CreateKIND", "PutKINDPermissionsBoundary"), on,
			w.bounded("Not", w.ARN, quarantine), unless),
		statement("NoBoundaryIsRemoved", policy.Deny, w.both("DeleteKINDPermissionsBoundary"), on, unless),
	}}
	if slices.Contains(w.Kinds, principal.Role) {
		d.Statements = append(d.Statements, statement("NoRoleFromATemplate", policy.Deny, []string{"iam:*"}, w.arns(ofArea(w.below, "role")), is("Null", templateKey, "false"), unless))
	}
	if slices.Contains(w.Kinds, principal.User) {
		d.Statements = append(d.Statements, statement("NobodyMovesUsers", policy.Deny, []string{"iam:UpdateUser"}, w.arns(ofArea(w.below, "user")), unless))
	}
	if !managed(w.ARN) {
		s := statement("NobodyEditsTheBoundaryPolicy", policy.Deny, reads, []string{w.portable(w.ARN)}, unless)
		s.Action.Not = true
		d.Statements = append(d.Statements, s)
	}
	return d
}
