package config

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Stand-ins for the variables while an ARN is checked.
const (
	samplePartition = "aws"
	sampleAccount   = "123456789012"
)

// maxPolicyName is IAM's limit on the name of a managed policy, in characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxPolicyName = 128

// boundaryARN is the parsed ARN of a boundary.
type boundaryARN struct {
	template
	name    string // of the policy
	managed bool   // by AWS
	pinned  string // the literal account id that is read as ${account}, or empty
}

// parseBoundaryARN parses the ARN of a boundary. A permissions boundary is always a policy of the
// principal's own account or an AWS managed policy. So a literal account or partition is read as
// ${account} or ${partition}.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
func parseBoundaryARN(text string) (boundaryARN, error) {
	parts, err := arnParts(text)
	if err != nil {
		return boundaryARN{}, err
	}
	if strings.ContainsAny(text, "*?") {
		return boundaryARN{}, fmt.Errorf("%q has a wildcard; a boundary is one policy", text)
	}
	p, err := principal.ParsePolicy(expandSample(text))
	if err != nil {
		return boundaryARN{}, fmt.Errorf("%w; write it as arn:%s:iam::%s:policy/NAME", err, partitionVar, accountVar)
	}
	if len(p.Name) > maxPolicyName {
		return boundaryARN{}, fmt.Errorf("the name of policy %q is longer than the %d characters that IAM allows", text, maxPolicyName)
	}
	if p.Account == principal.AWSManaged && strings.Contains(parts[5], "${") {
		return boundaryARN{}, fmt.Errorf("%q: an AWS managed policy has no variable in its name", text)
	}
	b := boundaryARN{name: p.Name, managed: p.Account == principal.AWSManaged}
	parts[1] = partitionVar
	if !b.managed && parts[4] != accountVar {
		b.pinned, parts[4] = parts[4], accountVar
	}
	b.template, err = parseTemplate(strings.Join(parts, ":"))
	return b, err
}

// parsePrincipalARN parses the ARN of an exempt principal. Without variables it is one principal; with
// variables, it is the principal of that name in every account.
func parsePrincipalARN(text string) (template, error) {
	if _, err := arnParts(text); err != nil {
		return nil, err
	}
	if strings.ContainsAny(text, "*?") {
		return nil, fmt.Errorf("%q has a wildcard; an exemption is for one principal, so that no other becomes exempt by its name", text)
	}
	if _, err := principal.Parse(expandSample(text)); err != nil {
		return nil, err
	}
	return parseTemplate(text)
}

// arnParts splits an ARN at its colons. It checks that the variables exist and that ${partition} and
// ${account} are not swapped.
func arnParts(text string) ([]string, error) {
	if _, err := parseTemplate(text); err != nil {
		return nil, err
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 {
		return nil, fmt.Errorf("%q is not an ARN (arn:partition:iam::account:resource)", text)
	}
	if p := parts[1]; p != partitionVar && p != "aws" && !strings.HasPrefix(p, "aws-") {
		return nil, fmt.Errorf("%q: there is no partition %q (aws, aws-cn, aws-us-gov, …, or %s)", text, p, partitionVar)
	}
	if a := parts[4]; a != accountVar && strings.Contains(a, "${") {
		return nil, fmt.Errorf("%q: account %q is neither an account id nor %s", text, a, accountVar)
	}
	return parts, nil
}

func expandSample(text string) string {
	return strings.NewReplacer(partitionVar, samplePartition, accountVar, sampleAccount).Replace(text)
}
