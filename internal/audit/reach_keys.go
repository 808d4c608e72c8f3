package audit

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
)

// without returns the condition keys of a statement whose values are not known. If lifted is not
// nil, it is set to the statement without the parts that depend on them. The external ID is known
// if the caller can set it (says).
func (k kind) without(s policy.Statement, v policy.Version, says bool, lifted *policy.Statement) (keys []string) {
	unknown := func(list []string) bool {
		found := false
		for _, key := range list {
			if !k.knows(key) && (!says || !strings.EqualFold(key, externalID)) {
				found = true
				if !slices.ContainsFunc(keys, func(other string) bool { return strings.EqualFold(key, other) }) {
					keys = append(keys, key)
				}
			}
		}
		return found
	}
	var conditions []policy.Condition
	for _, c := range s.Conditions {
		list := slices.AppendSeq([]string{c.Key}, policy.VariablesIn(c.Values, v))
		if !unknown(list) && c.Operator.Base != policy.Unknown {
			conditions = append(conditions, c)
		} else if c.Operator.Base == policy.Unknown {
			keys = append(keys, c.Key)
		}
	}
	resource := s.Resource
	resource.Values = nil
	for _, value := range s.Resource.Values {
		if !unknown(slices.Collect(policy.VariablesIn([]string{value}, v))) {
			resource.Values = append(resource.Values, value)
		} else if !s.Resource.Not {
			resource.Values = append(resource.Values, "*")
		}
	}
	if s.Resource.Present() && len(resource.Values) == 0 { // the known part is empty
		resource.Not, resource.Values = false, []string{"*"}
	}
	if lifted != nil {
		lifted.Conditions, lifted.Resource = conditions, resource
	}
	return keys
}

// knows reports whether the value of a condition key is known in each request, including that it
// has none. A role's own tags are not known: the tags of its session replace them.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (k kind) knows(key string) bool {
	switch key = strings.ToLower(key); key {
	case "aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice", "aws:principalservicename",
		"aws:username", "aws:resourceaccount":
		return true
	case "aws:userid": // it contains the name of the session
		return k == asUser
	}
	return strings.HasPrefix(key, "aws:resourcetag/") || strings.HasPrefix(key, "iam:resourcetag/") ||
		k == asUser && strings.HasPrefix(key, "aws:principaltag/")
}

// isPersonal reports whether a key identifies the caller.
func isPersonal(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, "aws:principal") || strings.HasPrefix(key, "aws:user")
}
