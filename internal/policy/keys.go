package policy

import (
	"iter"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Keys yields the condition keys that a statement asks about: those of its conditions, and those that variables
// in it refer to. Each is as written, and may come more than once. v is the version of the document.
func (s *Statement) Keys(v Version) iter.Seq[string] {
	return func(yield func(string) bool) {
		for key := range VariablesIn(s.Resource.Values, v) {
			if !yield(key) {
				return
			}
		}
		for i := range s.Conditions {
			c := &s.Conditions[i]
			if !yield(c.Key) {
				return
			}
			for key := range VariablesIn(c.Values, v) {
				if !yield(key) {
					return
				}
			}
		}
	}
}

// VariablesIn yields the condition keys that variables refer to in values of a Resource element or of a condition
// of a document of version v, as written.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func VariablesIn(values []string, v Version) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, value := range values {
			if !strings.Contains(value, "${") {
				continue
			}
			for _, t := range ParsePattern(value, v).Tokens {
				if t.Kind == wildcard.Variable && !yield(t.Text) {
					return
				}
			}
		}
	}
}
