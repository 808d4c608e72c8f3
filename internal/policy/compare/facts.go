package compare

import (
	"slices"
	"strconv"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// other is a principal of a type and an account that no document names.
func (n *namedPrincipals) other(account, service, prefix string) eval.Principal {
	if account == "" {
		account = n.unnamed()
	}
	arn := "arn:aws:" + service + "::" + account + ":" + prefix
	for name := "example"; prefix != "root"; name += "-x" {
		is := func(p eval.Principal) bool { return p.ARN == arn+name }
		if !slices.ContainsFunc(slices.Concat(n.users, n.roles, n.federated), is) {
			arn += name
			break
		}
	}
	p, _ := eval.ParsePrincipal(arn) // it is well-formed
	return p
}

// arnOther says that a principal's ARN is of a type and an account, and none of these.
func (n *namedPrincipals) arnOther(account, service, prefix string, named []eval.Principal) (out []policy.Condition) {
	pattern := "arn:*:" + service + "::" + account + ":" + prefix
	if account == "" {
		pattern = "arn:*:" + service + "::*:" + prefix
	}
	if prefix != "root" {
		pattern += "*"
	}
	out = append(out, condition("ArnLike", "aws:PrincipalArn", pattern))
	var not []string
	for _, p := range named {
		not = append(not, p.ARN)
	}
	if account == "" {
		for _, a := range n.accounts {
			not = append(not, "arn:*:*::"+a+":*")
		}
	}
	if len(not) > 0 {
		out = append(out, condition("ArnNotLike", "aws:PrincipalArn", not...))
	}
	return out
}

// ofAccount says which account a principal is of.
func (n *namedPrincipals) ofAccount(account string) []policy.Condition {
	switch {
	case account != "":
		return []policy.Condition{condition("StringEquals", "aws:PrincipalAccount", account)}
	case len(n.accounts) > 0:
		return []policy.Condition{condition("StringNotEquals", "aws:PrincipalAccount", n.accounts...)}
	}
	return nil
}

// typed says what the type of a principal means for its keys: only users have a name.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func (n *namedPrincipals) typed(p eval.Principal, fixed bool) (out []policy.Condition) {
	r := eval.Request{Principal: p}
	if n.asks("aws:principaltype") {
		out = append(out, condition("StringEquals", "aws:PrincipalType", r.Values("aws:principaltype")...))
	}
	switch {
	case !n.asks("aws:username"):
	case p.Type == eval.User && fixed:
		out = append(out, condition("StringEquals", "aws:username", p.Name))
	default:
		out = append(out, condition("Null", "aws:username", strconv.FormatBool(p.Type != eval.User)))
	}
	return out
}

func arnIs(arn string) policy.Condition { return condition("StringEquals", "aws:PrincipalArn", arn) }

func condition(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: policy.ParseOperator(operator), Key: key, Values: values}
}
