package lint

import (
	"fmt"
	"slices"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// Undocumented returns the conditions of a document for which AWS does not say when they match, each once, as part of
// a sentence about the document: operators without ForAnyValue or ForAllValues on keys that can have several values. By
// some accounts such a condition never matches, so that a Deny with it does nothing.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func Undocumented(d *policy.Document) (all []string) {
	for i, s := range d.Statements {
		for _, c := range s.Conditions {
			if c.Operator.Set != policy.NoSet || c.Operator.Base == policy.Null || c.Operator.Base == policy.Unknown || catalog.ValuesOf(c.Key).Number != catalog.Multivalued {
				continue
			}
			said := fmt.Sprintf("has %s on %s in statement %d: the key can have several values, and AWS does not document when an operator without ForAnyValue or ForAllValues matches", c.Operator, c.Key, i+1)
			if s.Effect == policy.Deny {
				said += ", so this Deny may do nothing"
			}
			if !slices.Contains(all, said) {
				all = append(all, said)
			}
		}
	}
	return all
}
