package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// trusted are the actions that a trust policy can allow, in lower case, and who can ask for them. Users and
// roles assume a role, and so do services. Nobody else who signs requests can: a root user cannot assume
// roles, and a federated user cannot call AWS STS. Those whom an identity provider has authenticated do
// it without AWS credentials. Tags and a source identity can come with each of these calls.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
var trusted = map[string][]eval.PrincipalType{
	"sts:assumerole":                {eval.User, eval.Role, eval.Session, eval.Service},
	"sts:assumerolewithsaml":        {eval.External},
	"sts:assumerolewithwebidentity": {eval.External},
	"sts:setcontext":                {eval.User, eval.Role, eval.Session, eval.Service},
	"sts:setsourceidentity":         {eval.User, eval.Role, eval.Session, eval.Service, eval.External},
	"sts:tagsession":                {eval.User, eval.Role, eval.Session, eval.Service, eval.External},
}

// trustedActions are the actions of a statement that mean something in a trust policy.
func trustedActions(globs []string, not bool) (out []string) {
	for action := range trusted {
		if slices.ContainsFunc(globs, func(g string) bool { return wildcard.Match(g, action) }) != not {
			out = append(out, action)
		}
	}
	slices.Sort(out)
	return out
}

// trusts reports whether the session is about trust policies.
func (s *session) trusts() bool { return len(s.rules) > 0 && s.rules[0].of.kind == policy.TrustPolicy }

// canCall reports whether a principal can ask for the actions of a class.
func (s *session) canCall(in *class, who *eval.Principal) bool {
	callers, is := trusted[strings.ToLower(in.action)]
	return !is || !s.trusts() || slices.Contains(callers, who.Type)
}
