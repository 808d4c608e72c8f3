package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/principal"
)

// Caller is the principal of a witness.
type Caller struct {
	eval.Principal
	// Bounded is whether it has a permissions boundary: NotPrincipal with Deny spares nobody who has.
	Bounded bool
	// Grant is how far the Allow reaches towards the principal at least. Other is how far that of the other
	// document does, which is not as far, or eval.NoGrant if it has none.
	Grant, Other eval.Grant
}

// namesCaller reports whether a statement names a principal itself, by its ARN or its unique id.
func namesCaller(s *policy.Statement, who *eval.Principal) bool {
	id, _, _ := strings.Cut(who.UserID, ":")
	return s.Principal != nil && slices.ContainsFunc(s.Principal.Blocks, func(b policy.PrincipalBlock) bool {
		return slices.ContainsFunc(b.Values, func(v string) bool { return v == who.ARN || isID(v) && v == id })
	})
}

// problemOfNamed says why a statement of a document that names principals cannot be compared.
func problemOfNamed(s *policy.Statement, k policy.Kind) string {
	switch {
	case s.Principal == nil:
		return "has a statement without a Principal"
	case k == policy.TrustPolicy && s.Resource.Present():
		return "has a statement with a Resource, which trust policies do not have"
	case k == policy.ResourcePolicy && !s.Resource.Present():
		return "has a statement without a Resource"
	}
	for _, block := range s.Principal.Blocks {
		for _, v := range block.Values {
			switch {
			case block.Type != policy.PrincipalAWS && block.Type != policy.PrincipalService && block.Type != policy.PrincipalFederated:
				return "names a principal of the type " + string(block.Type) + ", of which the callers are not known"
			case v != "*" && strings.ContainsAny(v, "*?"), v == "":
				return "names the principal " + v + ", which IAM would not accept"
			case block.Type == policy.PrincipalAWS && !knownPrincipal(v) && (k != policy.ResourcePolicy || !isOriginAccess(v)):
				return "names the principal " + v + ", which cannot be read"
			}
		}
	}
	return ""
}

// isID reports whether an AWS principal is a unique id, which IAM puts in the place of the ARN of a
// principal that was deleted.
func isID(v string) bool {
	return strings.HasPrefix(v, "A") && len(v) >= 16 && !strings.Contains(v, ":")
}

// isOriginAccess reports whether an AWS principal is an origin access identity of CloudFront, which is of no
// account of a customer.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func isOriginAccess(v string) bool {
	return strings.HasPrefix(v, "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ")
}

func knownPrincipal(v string) bool {
	if v == "*" || isID(v) {
		return true
	}
	p, err := eval.ParsePrincipal(v)
	return err == nil && p.Type != eval.Service && p.Type != eval.External
}

// principalsID is the same for elements that name the same principals: in any order, and an account by its
// id or by the ARN of its root.
func principalsID(list *policy.Principals) string {
	if list == nil {
		return ""
	}
	var names []string
	if list.Star {
		names = append(names, "AWS\x00*")
	}
	for _, block := range list.Blocks {
		for _, v := range block.Values {
			if a := accountOf(v); block.Type == policy.PrincipalAWS && a != "" {
				v = a
			}
			names = append(names, string(block.Type)+"\x00"+v)
		}
	}
	slices.Sort(names)
	id := "is"
	if list.Not {
		id = "is not"
	}
	return id + "\x01" + strings.Join(slices.Compact(names), "\x01")
}

// accountOf is the account that an AWS principal names as a whole, "" if it names none.
func accountOf(v string) string {
	if v == "*" || v == "" {
		return ""
	}
	if p, err := eval.ParsePrincipal(v); err == nil && p.Type == eval.Root && principal.IsAccount(p.Account) {
		return p.Account
	}
	return ""
}

// problemOf says why a statement cannot be compared, "" if it can.
func problemOf(s *policy.Statement, k policy.Kind) string {
	switch {
	case longest(s) > lang.MaxLength:
		return "has a pattern that is longer than any policy may be"
	case k != policy.IdentityPolicy:
		return problemOfNamed(s, k)
	case s.Principal != nil || !s.Resource.Present():
		return "has a statement with a Principal or without a Resource, so that it is no identity policy or boundary"
	}
	return ""
}

// longest is the length of the longest value of a statement.
func longest(s *policy.Statement) int {
	n := 0
	for _, v := range slices.Concat(s.Action.Values, s.Resource.Values) {
		n = max(n, len(v))
	}
	for i := range s.Conditions {
		for _, v := range s.Conditions[i].Values {
			n = max(n, len(v))
		}
	}
	return n
}
