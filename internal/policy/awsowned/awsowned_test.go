package awsowned

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

const (
	managed  = "arn:aws-us-gov:iam::aws:policy/job-function/Billing"
	own      = "arn:aws:iam::123456789012:policy/aws/own"
	linked   = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
	reserved = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef"
	service  = "arn:aws:iam::123456789012:role/service-role/lambda"
	ofAWS    = "arn:aws:kms:eu-west-1:123456789012:alias/aws/s3"
)

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		action, resource string
		want             string // a part of why
	}{
		{"iam:CreatePolicyVersion", managed, "AWS managed policy"},
		{"IAM:deletepolicy", managed, "AWS managed policy"},
		{"iam:GetPolicyVersion", managed, ""},
		{"iam:ListEntitiesForPolicy", managed, ""},
		{"iam:CreatePolicyVersion", own, ""},
		{"iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/app", ""},
		{"iam:PutRolePolicy", linked, "service-linked role"},
		{"iam:DeleteRole", linked, "service-linked role"},
		{"iam:DeleteServiceLinkedRole", linked, ""},
		{"iam:CreateServiceLinkedRole", linked, ""},
		{"iam:UpdateRole", linked, ""},
		{"iam:TagRole", linked, ""},
		{"iam:PassRole", linked, ""},
		{"iam:DeleteRole", reserved, "IAM Identity Center"},
		{"iam:UpdateRole", reserved, "IAM Identity Center"},
		{"iam:GetRole", reserved, ""},
		{"iam:DeleteServiceLinkedRole", reserved, "IAM Identity Center"},
		{"iam:PassRole", reserved, ""}, // AWS documents nothing
		{"sts:AssumeRoleWithSAML", reserved, ""},
		{"iam:DeleteRole", service, ""},
		{"kms:DeleteAlias", ofAWS, "reserved for AWS managed keys"},
		{"kms:CreateAlias", "arn:aws:kms:eu-west-1:123456789012:alias/awsome", ""},
		{"kms:DescribeKey", ofAWS, ""},
		{"kms:DeleteAlias", "*", ""},
		{"iam", managed, ""},
		{"s3:DeletePolicy", managed, ""},
	} {
		got, ok := Refused(c.action, c.resource)
		if ok != (c.want != "") || !strings.Contains(got.Why, c.want) || ok != strings.HasPrefix(got.Page, "https://docs.aws.amazon.com/") {
			t.Errorf("%s on %s: %+v, %v", c.action, c.resource, got, ok)
		}
	}
}

// TestActionsExist: each action of a rule is one that AWS has, that is no read, and that takes such a
// resource.
func TestActionsExist(t *testing.T) {
	for _, r := range rules {
		kind, _, _ := strings.Cut(r.resource, "/")
		for _, name := range r.actions {
			a, ok := catalog.Lookup(r.service + ":" + name)
			if !ok || a.Name != name || a.Level == catalog.Read || a.Level == catalog.List || !strings.Contains(strings.Join(a.Resources(), " "), ":"+kind+"/") {
				t.Errorf("%s on %s: %+v", name, r.resource, a)
			}
		}
	}
}

// TestEveryChangeIsConsidered: an action of IAM that changes a role or policy is in a rule, or is known to be
// possible.
func TestEveryChangeIsConsidered(t *testing.T) {
	possible := map[string]bool{
		"iam:PassRole": true, "iam:CreateServiceLinkedRole": true, "iam:DeleteServiceLinkedRole": true, // on purpose, for service-linked roles
		"iam:UpdateRole": true, "iam:UpdateRoleDescription": true, "iam:TagRole": true, "iam:UntagRole": true, // see the rules
		"iam:CreateRole": true,
	}
	for _, a := range catalog.Actions("iam") {
		if a.Level == catalog.Read || a.Level == catalog.List {
			continue
		}
		takes := strings.Join(a.Resources(), " ")
		for kind, arn := range map[string]string{":policy/": managed, ":role/": linked} {
			if _, ok := Refused(a.String(), arn); strings.Contains(takes, kind) && !ok && !possible[a.String()] {
				t.Errorf("%s on %s: is it refused?", a, arn)
			}
		}
	}
}
