// Package awsowned knows the calls that AWS refuses whatever policies say, because AWS owns what they would
// change: its managed policies, the roles of its services, and the aliases of its keys. No policy grants or
// denies this, so that it is no part of the evaluation of policies.
//
// Only what an AWS page documents is here. Other calls on the same things are possible: anyone may read
// them, attach an AWS managed policy, describe or tag a service-linked role, and use an AWS managed key.
package awsowned

import "strings"

// Refusal says why AWS refuses a call.
type Refusal struct {
	// Why is a clause, as in "AWS refuses the call: " + Why.
	Why string `json:"why"`
	// Page is the page of AWS's documentation that says so.
	Page string `json:"page"`
}

// rule is a kind of thing that AWS owns, and the actions that AWS refuses on it.
type rule struct {
	service string
	// account is the account field of the ARNs, "" for any.
	account string
	// resource is how the last field of the ARNs begins.
	resource string
	actions  []string
	Refusal
}

var rules = []rule{
	{
		service: "iam", account: "aws", resource: "policy/",
		actions: []string{"CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy"},
		Refusal: Refusal{
			"it is an AWS managed policy, which only AWS can change",
			"https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html#aws-managed-policies",
		},
	},
	{
		// UpdateRole, UpdateRoleDescription and the tagging of roles are missing on purpose: a description
		// and tags can be changed, and DeleteServiceLinkedRole deletes.
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-service-linked-role.html
		// https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html
		service: "iam", resource: "role/aws-service-role/",
		actions: []string{
			"AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy",
			"PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "UpdateAssumeRolePolicy", "DeleteRole",
		},
		Refusal: Refusal{
			"it is a service-linked role, which only its service can change or delete",
			"https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html",
		},
	},
	{
		service: "iam", resource: "role/aws-reserved/",
		actions: []string{
			"AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy",
			"PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary", "UpdateAssumeRolePolicy", "DeleteRole",
			"CreateRole", "UpdateRole", "UpdateRoleDescription", "TagRole", "UntagRole",
			"CreateServiceLinkedRole", "DeleteServiceLinkedRole",
		},
		Refusal: Refusal{
			"it is a role that an AWS service protects, such as IAM Identity Center, and only that service can change it",
			"https://docs.aws.amazon.com/singlesignon/latest/userguide/troubleshooting.html",
		},
	},
	{
		service: "kms", resource: "alias/aws/",
		actions: []string{"CreateAlias", "UpdateAlias", "DeleteAlias"},
		Refusal: Refusal{
			"aliases that begin with alias/aws/ are reserved for AWS managed keys",
			"https://docs.aws.amazon.com/kms/latest/developerguide/alias-create.html",
		},
	},
}

// Refused says whether AWS refuses an action on a resource whatever policies say, and why. It knows actions
// in any case, and resources by their ARN.
func Refused(action, resource string) (Refusal, bool) {
	fields := strings.SplitN(resource, ":", 6)
	service, name, ok := strings.Cut(action, ":")
	if len(fields) != 6 || fields[0] != "arn" || !ok {
		return Refusal{}, false
	}
	for _, r := range rules {
		if !strings.EqualFold(service, r.service) || fields[2] != r.service || r.account != "" && fields[4] != r.account || !strings.HasPrefix(fields[5], r.resource) {
			continue
		}
		for _, a := range r.actions {
			if strings.EqualFold(a, name) {
				return r.Refusal, true
			}
		}
	}
	return Refusal{}, false
}
