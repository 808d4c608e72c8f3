package impact

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// keysOf returns the condition keys that policies mention, in lower case and sorted. Nil policies are ignored.
func keysOf(policies ...*eval.Policy) (keys []string) {
	for _, p := range policies {
		if p == nil {
			continue
		}
		for i := range p.Document.Statements {
			s := &p.Document.Statements[i]
			texts := slices.Clone(s.Resource.Values)
			for _, c := range s.Conditions {
				keys = append(keys, strings.ToLower(c.Key))
				texts = append(texts, c.Values...)
			}
			for _, text := range texts {
				for _, t := range policy.ParsePattern(text, p.Document.Version).Tokens {
					if t.Kind == wildcard.Variable {
						keys = append(keys, strings.ToLower(t.Text))
					}
				}
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
