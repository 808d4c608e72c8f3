package compare

import (
	"slices"

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
	out = append(out, condition("StringLike", "aws:PrincipalArn", pattern))
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
		out = append(out, condition("StringNotLike", "aws:PrincipalArn", not...))
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

func arnIs(arn string) policy.Condition { return condition("StringEquals", "aws:PrincipalArn", arn) }

func condition(operator, key string, values ...string) policy.Condition {
	return policy.Condition{Operator: policy.ParseOperator(operator), Key: key, Values: values}
}
