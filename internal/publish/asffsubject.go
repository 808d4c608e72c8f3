package publish

import (
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
)

// asffSubject is what a finding is about: a user or role, a boundary policy, or where the finding
// names neither, the account.
// https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources-attributes.html
func asffSubject(f finding.Finding, partition string) asffResource {
	r := asffResource{Partition: partition}
	switch kind, arn := subjectOf(f); kind {
	case principal.Role:
		r.Type, r.ID = "AwsIamRole", fitted(arn, 512)
		if ref, err := principal.Parse(arn); err == nil {
			r.Details = &asffDetails{AwsIamRole: &asffRole{fitted(ref.Name, 64), fitted(f.Principal.ID, 128), fitted(ref.Path, 512)}}
		}
	case principal.User:
		r.Type, r.ID = "AwsIamUser", fitted(arn, 512)
		if ref, err := principal.Parse(arn); err == nil {
			r.Details = &asffDetails{AwsIamUser: &asffUser{fitted(ref.Name, 64), fitted(f.Principal.ID, 128), fitted(ref.Path, 512)}}
		}
	case policyKind:
		r.Type, r.ID = "AwsIamPolicy", fitted(arn, 512)
		if p, err := principal.ParsePolicy(arn); err == nil {
			r.Details = &asffDetails{AwsIamPolicy: &asffPolicy{fitted(p.Name, 128), fitted(p.Path, 512)}}
		}
	default:
		r.Type, r.ID = "AwsAccount", "AWS::::Account:"+f.Account
	}
	return r
}

// policyKind is a boundary policy as what a finding is about, beside the kinds of principals.
const policyKind principal.Kind = "policy"

// subjectOf is what a finding is about, and its ARN. The kind is empty where the finding names
// nothing but an account.
func subjectOf(f finding.Finding) (kind principal.Kind, arn string) {
	switch {
	case f.Principal != nil && clean(f.Principal.ARN, partLimit) != "":
		if kind = principal.Kind(f.Principal.Kind); kind != principal.User {
			kind = principal.Role
		}
		return kind, f.Principal.ARN
	case f.Drift == finding.ControlTampered, f.Drift == finding.Withheld, f.Drift == finding.Protected, clean(f.Required, partLimit) == "":
		return "", ""
	}
	return policyKind, f.Required
}

// partitionOf is one of those that AWS has.
func partitionOf(f finding.Finding) string {
	switch f.Partition {
	case "aws-cn", "aws-us-gov":
		return f.Partition
	}
	return "aws"
}
