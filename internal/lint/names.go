package lint

import (
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/policy/spelling"
)

// spelt returns the names in a document that AWS does not have, each once.
func spelt(d *policy.Document) (all []string) {
	seen := map[string]bool{}
	say := func(text string) {
		if text != "" && !seen[text] {
			seen[text] = true
			all = append(all, text)
		}
	}
	for _, s := range d.Statements {
		for _, action := range s.Action.Values {
			say(unknownAction(action))
		}
		for _, c := range s.Conditions {
			say(unknownKey(c.Key))
			for _, v := range c.Values {
				say(unknownVariable(v, d.Version))
			}
		}
		for _, v := range s.Resource.Values {
			say(unknownVariable(v, d.Version))
		}
	}
	return all
}

func unknownAction(action string) string {
	if _, ok := catalog.Lookup(action); ok || action == "*" {
		return ""
	}
	service, _, _ := strings.Cut(action, ":")
	if !strings.ContainsAny(action, "*?") {
		return fmt.Sprintf("has the action %s, which is not among those that are known today%s", action, meant(spelling.Action(action)))
	}
	if strings.ContainsAny(service, "*?") {
		return ""
	}
	if catalog.Actions(service) == nil {
		return fmt.Sprintf("has the action %s, of a service that is not among those that are known today%s", action, meant(spelling.Nearest(service, catalog.Services())))
	}
	p := eval.Compile(&policy.Document{Statements: []policy.Statement{{
		Effect: policy.Allow, Action: policy.Patterns{Values: []string{action}}, Resource: policy.Patterns{Values: []string{"*"}},
	}}})
	for _, a := range catalog.Actions(service) {
		if p.Alone(a.String(), "*", &eval.Context{}).Outcome == eval.Allow {
			return ""
		}
	}
	return fmt.Sprintf("has the action %s, which matches none of those that are known today", action)
}

func unknownKey(key string) string {
	if catalog.KnownKey(key) {
		return ""
	}
	return fmt.Sprintf("has the condition key %s, which is not among those that are known today%s", key, meant(spelling.Key(key)))
}

// unknownVariable finds a policy variable that IAM does not have. A variable is a condition key or one of three
// characters.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func unknownVariable(value string, v policy.Version) string {
	if v != policy.Version2012 {
		return ""
	}
	for _, part := range strings.Split(value, "${")[1:] {
		name, _, closed := strings.Cut(part, "}")
		name, _, _ = strings.Cut(name, ",")
		name = strings.TrimSpace(name)
		if closed && name != "*" && name != "?" && name != "$" && !catalog.KnownKey(name) {
			return fmt.Sprintf("has the variable ${%s}, which neither IAM nor Ringfence has (${account} and ${partition} are those of each account)%s", name, meant(spelling.Key(name)))
		}
	}
	return ""
}

func meant(name string) string {
	if name == "" {
		return ""
	}
	return "; is it " + name + "?"
}
