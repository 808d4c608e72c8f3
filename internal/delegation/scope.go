package delegation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Scope is what a check is about.
type Scope struct {
	// Partition and Account are where the policies are in force. An empty account is any account.
	Partition, Account string
	// Boundaries are the ARNs of the boundaries that make a principal inside. The first is the one that is asked for.
	// AWSDenyAll is always one of them: it allows nothing.
	Boundaries []string
	// Within are ARN patterns of users, roles, groups and policies that are taken to be inside: all of these users and
	// roles carry a boundary, the groups have only such users, and the policies are attached to nothing else. Without
	// any, every user and role may be outside, but for those of which iam:PermissionsBoundary says otherwise.
	Within []string
	// Except are ARN patterns within these that are not taken to be inside.
	Except []string
	// Own are the ARNs of the principals who hold the policies, of their groups, and of the policies themselves, as far
	// as they are known.
	Own []string
}

// NewScope returns a scope for boundaries, which have the form of ARNs of managed policies. The account is that of the
// first boundary that has one, unless it is given, and the partition that of the first.
func NewScope(account string, boundaries ...string) (Scope, error) {
	s := Scope{Account: account, Boundaries: boundaries}
	for _, arn := range boundaries {
		p, err := principal.ParsePolicy(arn)
		if err != nil {
			return Scope{}, fmt.Errorf("the boundary %s: %w", arn, err)
		}
		if s.Partition == "" {
			s.Partition = p.Partition
		}
		if s.Account == "" && p.Account != principal.AWSManaged {
			s.Account = p.Account
		}
		if p.Partition != s.Partition || p.Account != principal.AWSManaged && p.Account != s.Account {
			return Scope{}, fmt.Errorf("the boundary %s: it must be a policy of account %s in partition %s, or an AWS managed policy: a boundary is in the account of its principals", arn, s.Account, s.Partition)
		}
	}
	if len(boundaries) == 0 {
		return Scope{}, fmt.Errorf("a check needs the ARN of a boundary")
	}
	return s, nil
}

// kinds are what a pattern of [Scope.Within] can be for.
var kinds = []string{"user/", "role/", "group/", "policy/"}

// Pattern returns the ARN pattern of what is written, which may lack what comes before the kind, as role/dev/* does. The
// error says what is wrong with it.
func (s *Scope) Pattern(text string) (string, error) {
	resource := text
	if fields := strings.SplitN(text, ":", 6); fields[0] == "arn" {
		if len(fields) != 6 || fields[2] != "iam" || fields[3] != "" || fields[1] != s.Partition || s.Account != "" && fields[4] != s.Account {
			return "", fmt.Errorf("%q is not an ARN pattern in account %s: write %s, or begin with user/, role/, group/ or policy/", text, s.account(), s.arn("role/dev/*"))
		}
		resource = fields[5]
	}
	if !slices.ContainsFunc(kinds, func(k string) bool { return strings.HasPrefix(resource, k) && len(resource) > len(k) }) {
		return "", fmt.Errorf("%q must be for users, roles, groups or policies, such as role/dev/* or %s", text, s.arn("role/dev/*"))
	}
	if strings.Contains(resource, "${") {
		return "", fmt.Errorf("%q has a policy variable: what is inside must not depend on who asks", text)
	}
	return s.arn(resource), nil
}

func (s *Scope) account() string {
	if s.Account == "" {
		return anyAccount
	}
	return s.Account
}

// anyAccount is the pattern of an account id. A * could go beyond the colon: by one of the two readings that AWS
// documents, arn:aws:iam::*:role/dev/* is also a role of the path /x:role/dev/.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
const anyAccount = "????????????"

// arn is the ARN, or the pattern, of a resource of IAM.
func (s *Scope) arn(resource string) string {
	return "arn:" + s.Partition + ":iam::" + s.account() + ":" + resource
}

// of are those of a list of patterns that are for a kind, such as role/.
func of(patterns []string, kind string) (list []string) {
	for _, p := range patterns {
		if resource, _ := lastField(p); strings.HasPrefix(resource, kind) {
			list = append(list, p)
		}
	}
	return list
}

// lastField returns the last field of an ARN. ok is false for what is no ARN.
func lastField(arn string) (resource string, ok bool) {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) != 6 {
		return "", false
	}
	return fields[5], true
}

// inside are the boundaries that make a principal inside.
func (s *Scope) inside() []string {
	return append(slices.Clone(s.Boundaries), principal.DenyAll(s.Partition).ARN())
}

// customer are the boundaries that are policies of the account.
func (s *Scope) customer() []string {
	return slices.DeleteFunc(slices.Clone(s.Boundaries), managed)
}

// managed reports whether a policy is one of AWS's.
func managed(arn string) bool {
	p, err := principal.ParsePolicy(arn)
	return err == nil && p.Account == principal.AWSManaged
}

// namesakes are the ARNs that AWS managed policies with the names of the account's boundaries would have.
func (s *Scope) namesakes() (list []string) {
	for _, arn := range s.customer() {
		resource, _ := lastField(arn)
		list = append(list, "arn:"+s.Partition+":iam::"+principal.AWSManaged+":"+resource)
	}
	return list
}
