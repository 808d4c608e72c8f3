package principal

import (
	"fmt"
	"strings"
)

// AWSManaged replaces the account id in the ARN of an AWS managed policy, as in
// arn:aws:iam::aws:policy/AWSDenyAll.
const AWSManaged = "aws"

// Policy identifies one managed policy. Account is [AWSManaged] for AWS managed policies.
type Policy struct {
	Partition string
	Account   string
	Path      string
	Name      string
}

// ARN returns the policy's ARN.
func (p Policy) ARN() string {
	return "arn:" + p.Partition + ":iam::" + p.Account + ":policy" + p.Path + p.Name
}

// DenyAll returns the AWS managed policy that, as a boundary, denies everything: a quarantine.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSDenyAll.html
func DenyAll(partition string) Policy {
	return Policy{Partition: partition, Account: AWSManaged, Path: "/", Name: "AWSDenyAll"}
}

// Parse parses the ARN of an IAM user or role. The error names the invalid part. The ARN of a
// role session is invalid as well.
func Parse(arn string) (Ref, error) {
	partition, account, resource, err := split(arn)
	if err != nil {
		return Ref{}, err
	}
	kind, rest, _ := strings.Cut(resource, "/")
	switch Kind(kind) {
	case User, Role:
	default:
		return Ref{}, fmt.Errorf("%q is not the ARN of an IAM user or role: its resource is of type %q", arn, kind)
	}
	if !IsAccount(account) {
		return Ref{}, fmt.Errorf("%q: account %q is not 12 digits", arn, account)
	}
	path, name, err := splitPath(arn, rest)
	if err != nil {
		return Ref{}, err
	}
	return Ref{Partition: partition, Account: account, Kind: Kind(kind), Path: path, Name: name}, nil
}

// ParsePolicy parses the ARN of a managed policy, customer or AWS managed.
func ParsePolicy(arn string) (Policy, error) {
	partition, account, resource, err := split(arn)
	if err != nil {
		return Policy{}, err
	}
	kind, rest, _ := strings.Cut(resource, "/")
	if kind != "policy" {
		return Policy{}, fmt.Errorf("%q is not the ARN of a managed policy: its resource is of type %q", arn, kind)
	}
	if account != AWSManaged && !IsAccount(account) {
		return Policy{}, fmt.Errorf("%q: account %q is neither 12 digits nor %q", arn, account, AWSManaged)
	}
	path, name, err := splitPath(arn, rest)
	if err != nil {
		return Policy{}, err
	}
	return Policy{Partition: partition, Account: account, Path: path, Name: name}, nil
}

// split splits an IAM ARN. IAM is global, so the Region must be empty.
func split(arn string) (partition, account, resource string, err error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return "", "", "", fmt.Errorf("%q is not an ARN (arn:partition:iam::account:resource)", arn)
	}
	if parts[1] == "" || strings.ContainsAny(parts[1], "*?/ ") {
		return "", "", "", fmt.Errorf("%q: partition %q is malformed", arn, parts[1])
	}
	if parts[2] != "iam" || parts[3] != "" {
		return "", "", "", fmt.Errorf("%q is not an IAM ARN (arn:%s:iam::account:resource)", arn, parts[1])
	}
	return parts[1], parts[4], parts[5], nil
}

// splitPath splits "a/b/name" into the path "/a/b/" and the name.
func splitPath(arn, rest string) (path, name string, err error) {
	i := strings.LastIndexByte(rest, '/')
	path, name = "/"+rest[:i+1], rest[i+1:]
	if name == "" || !isName(name) {
		return "", "", fmt.Errorf("%q: name %q is malformed", arn, name)
	}
	for i := 0; i < len(path); i++ {
		if path[i] < 0x21 || path[i] > 0x7e {
			return "", "", fmt.Errorf("%q: path %q has a character that IAM does not allow", arn, path)
		}
	}
	return path, name, nil
}

// isName reports whether s has only characters that IAM allows in the names of users, roles and
// policies.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case strings.IndexByte("+=,.@_-", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// IsAccount reports whether s is an account id: 12 digits.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html
func IsAccount(s string) bool {
	if len(s) != 12 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
