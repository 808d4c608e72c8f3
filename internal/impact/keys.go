package impact

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy/eval"
)

// keysOf returns the condition keys that policies mention, in lower case and sorted. Nil policies are ignored.
func keysOf(policies ...*eval.Policy) (keys []string) {
	for _, p := range policies {
		if p == nil {
			continue
		}
		for i := range p.Document.Statements {
			for key := range p.Document.Statements[i].Keys(p.Document.Version) {
				keys = append(keys, strings.ToLower(key))
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
