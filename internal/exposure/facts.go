package exposure

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// facts returns a document that denies every request which this principal cannot make: one in
// which a condition key that AWS fills in from the principal has another value than its own.
// With it among the identity policies, a request found beyond a boundary is one that the
// principal itself could make.
//
// Only keys that the documents mention are included, since others make no difference. A role's
// tags are not: session tags override them, and whichever principal may assume the role chooses
// those.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
func facts(s principal.Snapshot, documents []*policy.Document) *policy.Document {
	f := &policy.Document{Version: policy.Version2012}
	user := s.Kind == principal.User
	for lower, key := range conditionKeys(documents) {
		tag, isTag := strings.CutPrefix(lower, "aws:principaltag/")
		switch {
		case lower == "aws:principalarn":
			f.Statements = append(f.Statements, unless(key, s.ARN()))
		case lower == "aws:principalaccount":
			f.Statements = append(f.Statements, unless(key, s.Account))
		case lower == "aws:principalisawsservice":
			f.Statements = append(f.Statements, unless(key, "false"))
		case lower == "aws:principaltype" && user:
			f.Statements = append(f.Statements, unless(key, "User"))
		case lower == "aws:principaltype":
			f.Statements = append(f.Statements, unless(key, "AssumedRole"))
		case lower == "aws:userid" && user:
			f.Statements = append(f.Statements, unless(key, s.ID))
		case lower == "aws:userid":
			f.Statements = append(f.Statements, unlessLike(key, s.ID+":*"))
		case lower == "aws:username" && user:
			f.Statements = append(f.Statements, unless(key, s.Name))
		case lower == "aws:username":
			f.Statements = append(f.Statements, ifPresent(key, "false"))
		case lower == "aws:resourceaccount": // some account, whichever
			f.Statements = append(f.Statements, ifPresent(key, "true"))
		case isTag && user:
			f.Statements = append(f.Statements, tagged(key, tag, s.Tags))
		}
	}
	return f
}

// tagged denies other values of a user's tag, or its presence if the user does not have it.
func tagged(key, tag string, tags map[string]string) policy.Statement {
	for name, value := range tags {
		if strings.EqualFold(name, tag) {
			return unless(key, value)
		}
	}
	return ifPresent(key, "false")
}

func unless(key, value string) policy.Statement { return denial("StringNotEquals", key, value) }

func unlessLike(key, pattern string) policy.Statement { return denial("StringNotLike", key, pattern) }

// ifPresent denies requests in which the key is present, for "false", or absent, for "true".
func ifPresent(key, null string) policy.Statement { return denial("Null", key, null) }

// denial returns a statement that denies everything under one condition.
func denial(operator, key, value string) policy.Statement {
	all := policy.Patterns{Values: []string{"*"}}
	return policy.Statement{
		Effect: policy.Deny, Action: all, Resource: all,
		Conditions: []policy.Condition{{Operator: policy.ParseOperator(operator), Key: key, Values: []string{value}}},
	}
}

// conditionKeys yields the global condition keys that documents use in conditions and
// variables: in lower case, sorted, each with one of its spellings.
func conditionKeys(documents []*policy.Document) iter.Seq2[string, string] {
	keys := map[string]string{}
	note := func(key string) {
		if lower := strings.ToLower(key); strings.HasPrefix(lower, "aws:") && keys[lower] == "" {
			keys[lower] = key
		}
	}
	for _, d := range documents {
		for i := range d.Statements {
			for key := range d.Statements[i].Keys(policy.Version2012) {
				note(key)
			}
		}
	}
	return func(yield func(lower, key string) bool) {
		for _, lower := range slices.Sorted(maps.Keys(keys)) {
			if !yield(lower, keys[lower]) {
				return
			}
		}
	}
}
