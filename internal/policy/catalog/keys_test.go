package catalog

import (
	"slices"
	"strings"
	"testing"
)

// These are what the Service Authorization Reference says of IAM's actions.
func TestHasKey(t *testing.T) {
	const boundary = "iam:PermissionsBoundary"
	for action, want := range map[string]bool{
		"iam:CreateRole": true, "iam:CreateUser": true, "iam:PutRolePolicy": true, "iam:AttachUserPolicy": true,
		"iam:PutUserPermissionsBoundary": true, "iam:DeleteRolePermissionsBoundary": true, "iam:UpdateAssumeRolePolicy": true,
		"iam:CreateAccessKey": false, "iam:CreatePolicyVersion": false, "iam:PassRole": false, "iam:AddUserToGroup": false,
		"iam:PutGroupPolicy": false, "iam:TagRole": false, "s3:GetObject": false, "organizations:LeaveOrganization": false,
	} {
		a, ok := Lookup(action)
		if !ok || a.HasKey(boundary) != want || a.HasKey(strings.ToLower(boundary)) != want {
			t.Errorf("%s has %q", action, a.Keys())
		}
	}
	if keys := func() []string { a, _ := Lookup("iam:passrole"); return a.Keys() }(); !slices.Equal(keys, []string{"iam:AssociatedResourceArn", "iam:PassedToService"}) {
		t.Errorf("iam:PassRole has %q", keys)
	}
}

func TestKnownKey(t *testing.T) {
	for key, want := range map[string]bool{
		"aws:SourceVpc": true, "AWS:sourcevpc": true, "aws:PrincipalTag/team": true, "aws:PrincipleTag/team": false, "aws:PrincipalTag": false,
		"aws:PrincipalTag/": false, "s3:prefix": true, "s3:ExistingObjectTag/class": true, "s3:prefixes": false, "iam:PermissionsBoundary": true,
		"iam:PermissionBoundary": false, "kms:EncryptionContext:app": true, "token.actions.githubusercontent.com:sub": true, "saml:aud": true,
		"nosuch:key": false, "aws": false, "": false, "ec2:SourceInstanceARN": true, "sts:SourceIdentity": true,
		"codebuild:environment.environmentVariables/A.value": true, "codebuild:environment.environmentVariables/A.colour": false,
	} {
		if KnownKey(key) != want {
			t.Errorf("%q known: %v", key, !want)
		}
	}
}

// Ensure that every number is one of a key, and every key is known by itself.
func TestKeyList(t *testing.T) {
	with := 0
	for _, service := range Services() {
		for _, a := range Actions(service) {
			for _, k := range a.Keys() {
				with++
				if !KnownKey(strings.NewReplacer("${", "", "}", "").Replace(k)) {
					t.Errorf("%v has the unknown key %s", a, k)
				}
			}
		}
	}
	if with < 15000 {
		t.Errorf("only %d keys of actions", with)
	}
}
