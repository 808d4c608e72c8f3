// Package ownparts compares those parts of Ringfence with the template that CloudFormation's
// drift detection does not compare: it cannot read the policies of queues and topics, nor event
// source mappings, and reports false differences for others.
//
// The expected state is the template's own text: parts.json is generated from it (make
// translate), and a test of package templatetest checks that they match.
package ownparts

import (
	"fmt"
	"strings"
)

// Stack identifies a deployment: the values that the template refers to and does not contain.
type Stack struct {
	Partition, Region, Account, Name string
	// Key is the ARN of the stack's key.
	Key string
	// Operator is the parameter OperatorRoleArn, and ConfigRule the parameter ConfigRule.
	Operator   string
	ConfigRule bool
	// Organization is set if the stack has the parameter OrganizationId.
	Organization bool
	// RolePath and RoleNamePrefix are the parameters with these names. An empty path is the
	// template's default.
	RolePath, RoleNamePrefix string
}

// defaultRolePath is the default of the parameter RolePath.
const defaultRolePath = "/ringfence/"

// Of parses the ARN of a stack.
func Of(stackID string) (Stack, error) {
	f := strings.SplitN(stackID, ":", 6)
	if len(f) != 6 || f[0] != "arn" || f[2] != "cloudformation" {
		return Stack{}, fmt.Errorf("%q is not the ARN of a stack", stackID)
	}
	kind, rest, _ := strings.Cut(f[5], "/")
	name, _, ok := strings.Cut(rest, "/")
	if kind != "stack" || name == "" || !ok {
		return Stack{}, fmt.Errorf("%q is not the ARN of a stack", stackID)
	}
	return Stack{Partition: f[1], Region: f[3], Account: f[4], Name: name}, nil
}

// pseudo returns the pseudo parameters of CloudFormation, and the parameters that policies name.
func (s Stack) pseudo() map[string]string {
	suffix := "amazonaws.com"
	if s.Partition == "aws-cn" {
		suffix += ".cn"
	}
	path := s.RolePath
	if path == "" {
		path = defaultRolePath
	}
	return map[string]string{
		"AWS::Partition": s.Partition, "AWS::Region": s.Region, "AWS::AccountId": s.Account,
		"AWS::StackName": s.Name, "AWS::URLSuffix": suffix, "OperatorRoleArn": s.Operator,
		"RolePath": path, "RoleNamePrefix": s.RoleNamePrefix,
	}
}

func (s Stack) conditions() map[string]bool {
	return map[string]bool{"HasOperator": s.Operator != "", "HasConfigRule": s.ConfigRule, "HasOrganization": s.Organization}
}
