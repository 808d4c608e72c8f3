package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
)

// way is something that a boundary must not let its holder do.
type way struct {
	can     string
	actions []string
	on      []string // every resource, where it is empty
	unless  bool     // the user or role that is changed has a boundary of the configuration
}

// ways are how the holder of a boundary can remove the boundary or switch off Ringfence, in a stack with the default name.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func (b Boundary) ways() []way {
	return []way{
		{"take boundaries off", []string{"iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary"}, nil, false},
		{"put other boundaries on", []string{"iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary"}, nil, true},
		{"edit the boundary itself", []string{"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"}, b.Boundaries, false},
		{"delete the boundary itself", []string{"iam:DeletePolicy", "iam:DeletePolicyVersion"}, b.Boundaries, false},
		{"make users and roles without a boundary", []string{"iam:CreateRole", "iam:CreateUser"}, nil, true},
		{"change users and roles without a boundary", []string{
			"iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:AttachUserPolicy", "iam:PutUserPolicy",
		}, nil, true},
		{"become another user", []string{"iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"}, nil, false},
		{"leave the organization", []string{"organizations:LeaveOrganization", "account:CloseAccount"}, nil, false},
		{"stop the trail that feeds the control", []string{"cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:UpdateTrail"}, []string{"arn:*:cloudtrail:*:*:trail/*"}, false},
		{"switch off the control", []string{
			"events:DisableRule", "events:DeleteRule", "events:PutRule", "events:RemoveTargets", "lambda:DeleteFunction", "lambda:UpdateFunctionCode",
			"lambda:PutFunctionConcurrency", "sqs:PurgeQueue", "sqs:DeleteQueue", "dynamodb:DeleteTable", "sns:DeleteTopic", "cloudformation:DeleteStack",
		}, []string{
			"arn:*:events:*:*:rule/ringfence-*", "arn:*:lambda:*:*:function:ringfence-*", "arn:*:sqs:*:*:ringfence-*",
			"arn:*:dynamodb:*:*:table/ringfence-*", "arn:*:sns:*:*:ringfence-*", "arn:*:cloudformation:*:*:stack/ringfence/*",
		}, false},
	}
}

// open returns what the holder of a boundary can do and must not, each with a request that the boundary allows, found by
// the engine.
func (b Boundary) open() (all []string) {
	for _, w := range b.ways() {
		found, open := b.lets(w)
		switch {
		case found != nil:
			all = append(all, fmt.Sprintf("lets its holder %s: it allows %s on %s%s", w.can, found.Action, found.Resource, with(found)))
		case open != "":
			all = append(all, fmt.Sprintf("may let its holder %s: that it does not is unproven (%s)", w.can, open))
		}
	}
	return all
}

// lets searches for a request of a way that the boundary allows.
func (b Boundary) lets(w way) (*compare.Witness, string) {
	probe := &policy.Document{Version: policy.Version2012}
	for _, action := range w.actions {
		s := policy.Statement{
			Effect: policy.Allow, Action: policy.Patterns{Values: []string{action}}, Resource: policy.Patterns{Values: takes(action, w.on)},
		}
		if w.unless {
			s.Conditions = []policy.Condition{{Operator: policy.ParseOperator("StringNotLike"), Key: "iam:PermissionsBoundary", Values: anywhere(b.Boundaries)}}
		}
		probe.Statements = append(probe.Statements, s)
	}
	x := compare.NewExchange([]*compare.Compiled{compare.Compile(probe)}, compare.Compile(b.Document), compare.Compile(every(policy.Deny)))
	e := x.Escapes(w.actions)
	if e.Witness == nil && !e.Complete {
		return nil, e.Reason
	}
	return e.Witness, ""
}

// takes returns the resources of a list that an action can be on: those of its service or its kind of principal.
func takes(action string, on []string) (list []string) {
	service, name, _ := strings.Cut(action, ":")
	for _, arn := range on {
		if strings.SplitN(arn, ":", 4)[2] == service {
			list = append(list, arn)
		}
	}
	switch {
	case len(on) > 0:
		return list
	case service == "iam" && strings.Contains(name, "Role"):
		return []string{"arn:*:iam::*:role/*"}
	case service == "iam":
		return []string{"arn:*:iam::*:user/*"}
	}
	return []string{"*"}
}

// anywhere are the ARNs of policies in whichever account and partition.
func anywhere(arns []string) []string {
	out := make([]string, len(arns))
	for i, arn := range arns {
		_, name, _ := strings.Cut(arn, ":policy/")
		out[i] = "arn:*:iam::*:policy/" + name
	}
	slices.Sort(out)
	return out
}

// with returns the rest of the request in words.
func with(w *compare.Witness) string {
	if values := w.Context["iam:PermissionsBoundary"]; len(values) > 0 {
		return ", with the boundary " + strings.Join(values, ", ")
	}
	return ""
}
