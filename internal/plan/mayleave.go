package plan

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/principal"
)

// MayChangeRule reports whether a move can have brought a principal under another rule: a
// change of a tag that no rule goes by has not.
func MayChangeRule(config *fence.Fence, m principal.Move) bool {
	if m.Was != "" || m.Path {
		return true
	}
	return slices.ContainsFunc(config.Rules(), func(rule fence.Rule) bool {
		return slices.ContainsFunc(rule.Match.Tags, func(t fence.TagMatch) bool {
			return slices.ContainsFunc(m.Tags, func(key string) bool { return strings.EqualFold(key, t.Key) })
		})
	})
}
