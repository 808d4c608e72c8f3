package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// unsigned are the callers that are no users, roles or root users: AWS services, those that an identity
// provider has authenticated, CloudFront as an origin access identity, and those without credentials.
func (n *namedPrincipals) unsigned() (out []callers) {
	for _, s := range n.services {
		p := eval.Principal{Type: eval.Service, ARN: s}
		out = append(out, callers{who: p, fixed: true, facts: n.derived(&p)})
	}
	other := eval.Principal{Type: eval.Service, ARN: "example.amazonaws.com"}
	out = append(out, callers{who: other, facts: n.otherService(&other)})
	for _, s := range n.providers {
		p, err := eval.ParsePrincipal(s)
		if err != nil || p.Type != eval.External {
			p = eval.Principal{Type: eval.External, ARN: s}
		}
		out = append(out, callers{who: p, fixed: true, facts: n.noService()})
	}
	for _, s := range n.originAccess {
		// Which keys about itself its requests have is not documented.
		out = append(out, callers{who: eval.Principal{Type: eval.User, ARN: s, Account: "cloudfront"}, fixed: true, facts: n.noService()})
	}
	provider, _ := eval.ParsePrincipal("arn:aws:iam::" + n.unnamed() + ":saml-provider/example")
	anonymous, _ := eval.ParsePrincipal("*")
	return append(out, callers{who: provider, fixed: true, facts: n.noService()}, callers{who: anonymous, fixed: true, facts: n.derived(&anonymous)})
}

// noService says of callers that they are no AWS service.
func (n *namedPrincipals) noService() (out []policy.Condition) {
	if n.asks("aws:principalisawsservice") {
		out = append(out, condition("BoolIfExists", "aws:PrincipalIsAWSService", "false"))
	}
	return out
}

// ofPrincipals are the condition keys about principals that package eval derives.
var ofPrincipals = []string{
	"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:userid", "aws:username",
	"aws:principalisawsservice", "aws:principalservicename",
}

// derived are the keys of a service's request, or of an anonymous one. Neither has what users and roles
// have, such as tags and an organization.
func (n *namedPrincipals) derived(p *eval.Principal) (out []policy.Condition) {
	r := eval.Request{Principal: *p}
	for _, key := range n.keys {
		switch {
		case slices.Contains(ofPrincipals, key):
			if v := r.Values(key); len(v) > 0 {
				out = append(out, condition("StringEquals", key, v...))
				continue
			}
		case strings.HasPrefix(key, "aws:principaltag/"), key == "aws:principalorgid", key == "aws:principalorgpaths":
		default:
			continue
		}
		out = append(out, condition("Null", key, "true"))
	}
	return out
}

// otherService is derived for a service that no document names.
func (n *namedPrincipals) otherService(p *eval.Principal) (out []policy.Condition) {
	for _, c := range n.derived(p) {
		if c.Key != "aws:principalservicename" {
			out = append(out, c)
			continue
		}
		if out = append(out, condition("Null", c.Key, "false")); len(n.services) > 0 {
			out = append(out, condition("StringNotEquals", c.Key, n.services...))
		}
	}
	return out
}
