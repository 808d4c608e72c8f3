package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Values is what AWS documents about the values that a condition key has in requests of IAM users and
// roles.
type Values struct {
	// Type is the type of each value, [AnyType] if it is not documented.
	Type Type
	// Number says whether there can be several values at a time.
	Number Number
	// Presence says whether a request has the key.
	Presence Presence
}

// Type is the type of a condition key's values.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html#context_keys_table
type Type byte

// The types.
const (
	AnyType Type = iota
	String
	ARN
	Bool
	Numeric
	Date
	IPAddress
)

// Number says how many values a condition key can have in one request.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type Number byte

// The numbers of values.
const (
	// AnyNumber: that is not documented.
	AnyNumber Number = iota
	// Single: at most one.
	Single
	// Multivalued: any number.
	Multivalued
)

// Presence says when a condition key is in the request context.
type Presence byte

// The presences, in requests that users and roles sign.
const (
	// Sometimes: it depends on the request.
	Sometimes Presence = iota
	// Always: every such request has the key.
	Always
	// Never: only requests that an AWS service makes as itself have the key.
	Never
)

// ValuesOf gives what is documented of a condition key, in any case. A key that is not documented may have
// any values.
func ValuesOf(key string) Values {
	key = strings.ToLower(key)
	prefix, _, _ := strings.Cut(key, ":")
	if prefix == "aws" {
		v := globals()[key]
		if before, _, ok := strings.Cut(key, "/"); ok {
			v = globals()[before+"/"]
		}
		return v
	}
	x := loadValues()
	if v, ok := x.exact[key]; ok {
		return v
	}
	if i := slices.IndexFunc(x.named[prefix], func(k string) bool { return sameKey(k, key) }); i >= 0 {
		return x.exact[x.named[prefix][i]]
	}
	return Values{}
}

// valueIndex is what is documented of the keys of services.
type valueIndex struct {
	exact map[string]Values // by key in lower case
	// named are the keys that end in a name of the caller's own, such as a tag's, by what is before their
	// colon.
	named map[string][]string
}

// loadValues reads the keys alone: functions start with it, and need no actions.
var loadValues = sync.OnceValue(func() *valueIndex {
	x := &valueIndex{map[string]Values{}, map[string][]string{}}
	for line := range strings.SplitSeq(unpackKeys(), "\n") {
		if key, ok := strings.CutPrefix(line, "@"); ok {
			key, marks, _ := strings.Cut(key, " ")
			x.note(strings.ToLower(key), marks)
		}
	}
	return x
})

// note takes in a key of a service. Where services document it differently nothing is known.
func (x *valueIndex) note(key, marks string) {
	prefix, _, _ := strings.Cut(key, ":")
	if prefix == "aws" {
		return
	}
	v := Values{Type: AnyType, Number: Single}
	letter, list := strings.CutPrefix(marks, "*")
	if list {
		v.Number = Multivalued
	}
	switch letter {
	case "":
		v.Type = String
	case "A":
		v.Type = ARN
	case "B":
		v.Type = Bool
	case "N":
		v.Type = Numeric
	case "D":
		v.Type = Date
	case "I":
		v.Type = IPAddress
	default:
		v.Number = AnyNumber
	}
	old, ok := x.exact[key]
	if !ok && strings.Contains(key, "${") {
		x.named[prefix] = append(x.named[prefix], key)
	}
	if ok && old.Number != v.Number {
		v.Number = AnyNumber
	}
	if ok && old.Type != v.Type {
		v.Type = AnyType
	}
	x.exact[key] = v
}
