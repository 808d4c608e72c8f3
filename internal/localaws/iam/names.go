package iam

import (
	"strings"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/principal"
)

// Limits on names, paths and documents.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	maxUserName   = 64
	maxRoleName   = 64
	maxGroupName  = 128
	maxPolicyName = 128
	maxPath       = 512
)

// checkName validates a required name. field is the parameter's name in the message.
func checkName(field string, name *string, limit int) error {
	if name == nil || *name == "" {
		return validationError("1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", field)
	}
	if len(*name) > limit {
		return validationError("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "+
			"Member must have length less than or equal to %d", *name, field, limit)
	}
	for _, c := range *name {
		if !nameRune(c) {
			return validationError("The specified value for %s is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-", field)
		}
	}
	return nil
}

func nameRune(c rune) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	}
	return c < utf8.RuneSelf && strings.ContainsRune("+=,.@_-", c)
}

// checkPath validates an optional path. Without one it returns "/".
func checkPath(path *string) (string, error) {
	if path == nil || *path == "" {
		return "/", nil
	}
	p := *path
	valid := len(p) <= maxPath && strings.HasPrefix(p, "/") && strings.HasSuffix(p, "/")
	for i := 0; i < len(p); i++ {
		valid = valid && p[i] >= 0x21 && p[i] <= 0x7e
	}
	if !valid {
		return "", validationError("The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
	}
	return p, nil
}

// reservedPath reports whether only AWS services may create roles with the path.
func reservedPath(path string) bool {
	return strings.HasPrefix(path, "/aws-service-role/") || strings.HasPrefix(path, "/aws-reserved/")
}

// checkPolicyARN validates the form of a managed policy's ARN.
func checkPolicyARN(arn *string) (string, error) {
	if arn == nil || *arn == "" {
		return "", validationError("1 validation error detected: Value null at 'policyArn' failed to satisfy constraint: Member must not be null")
	}
	if _, err := principal.ParsePolicy(*arn); err != nil {
		return "", invalidInput("ARN %s is not valid.", *arn)
	}
	return *arn, nil
}

// protection reports whether AWS lets only one of its services change the role.
func (r *Role) protection() principal.Protection {
	return principal.Ref{Kind: principal.Role, Path: r.Path, Name: r.Name}.Protection()
}
