package eval

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// env is what a statement is matched with: the request, and whether condition keys
// that the caller did not give are derived from it.
type env struct {
	action    string
	head      uint64 // of the action
	resource  string
	context   *Context
	principal *Principal // nil where one document is asked alone
	account   string     // of the resource, if known
	// gaps is nil for a request that is known completely. on are the resources that it may be on; nil for one.
	gaps *Gaps
	on   *lang.Glob
	// doubts are the gaps met in the present statement.
	doubts []string
}

// lookup gives the values of a key in lower case: the caller's list, or the one value
// that is derived, or neither.
func (e *env) lookup(key string) (list []string, one string) {
	list = e.context.lookup(key)
	if len(list) == 0 && e.principal != nil && strings.HasPrefix(key, "aws:") {
		one = e.derived(key)
	}
	return list, one
}

// derived gives the value that a key has in every request of this principal, ""
// where it has none or where it does not follow from what is known.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func (e *env) derived(key string) string {
	p := e.principal
	switch key {
	case "aws:principalarn":
		return p.keyARN()
	case "aws:principalaccount":
		return p.Account
	case "aws:principaltype":
		return p.keyType()
	case "aws:userid":
		if p.Type != Role { // a session's name follows the role's id, and it is not known
			return p.UserID
		}
	case "aws:username":
		if p.Type == User {
			return p.Name
		}
	case "aws:principalisawsservice":
		switch p.Type {
		case Service:
			return "true"
		case Anonymous:
		default:
			return "false"
		}
	case "aws:principalservicename":
		if p.Type == Service {
			return p.ARN
		}
	case "aws:resourceaccount":
		return e.account
	}
	return ""
}

// variable gives the value of a policy variable. A key with several values has none.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
func (e *env) variable(t wildcard.Token) (string, bool) {
	list, one := e.lookup(t.Text)
	if len(list) == 1 {
		return list[0], true
	}
	if one != "" {
		return one, true
	}
	return t.Default, t.HasDefault
}
