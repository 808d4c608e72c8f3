package plan

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
)

// MayChangeRule reports whether a move can have changed which rule applies. A change of a tag
// that no rule matches cannot.
func MayChangeRule(cfg *config.Config, m principal.Move) bool {
	if m.Was != "" || m.Path {
		return true
	}
	return slices.ContainsFunc(cfg.Rules(), func(rule config.Rule) bool {
		return slices.ContainsFunc(rule.Match.Tags, func(t config.TagMatch) bool {
			return slices.ContainsFunc(m.Tags, func(key string) bool { return strings.EqualFold(key, t.Key) })
		})
	})
}
