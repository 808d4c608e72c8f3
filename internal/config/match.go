package config

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// Match says which principals a rule is for. Every field that is not empty must match. A list matches
// if one of its values does.
type Match struct {
	Kinds []principal.Kind
	// Accounts are globs over the twelve digits of the account id.
	Accounts []Glob
	// Units are ids of organizational units, or of the root. One of them is the account's parent or above that.
	Units []string
	// AccountTags are tags that the account must all have in AWS Organizations. Case matters in their keys.
	AccountTags []TagMatch
	// Paths are globs over the whole path, including the slashes at both ends: "/dev/*" matches /dev/
	// and /dev/team/, "/dev/" only the first, "/" only the root path.
	Paths []Glob
	// Names are globs over the name without the path. ${account} is the id of the principal's account.
	Names []Glob
	// Tags must all be present.
	Tags []TagMatch
}

// TagMatch is one tag that a principal must have, with one of the values.
type TagMatch struct {
	// Key is compared case-insensitively, as in IAM: on one user or role, Team and team are the same
	// tag.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
	Key    string
	Values []Glob
}

// matches reports whether the rule is for the principal, but for the unit and the tags of its account: see
// [Config.Known].
func (m *Match) matches(s *principal.Snapshot) bool {
	if len(m.Kinds) > 0 && !slices.Contains(m.Kinds, s.Kind) {
		return false
	}
	if !matchAny(m.Accounts, s.Account) || !matchAny(m.Paths, s.Path) || !matchNames(m.Names, s.Name, s.Account) {
		return false
	}
	for i := range m.Tags {
		if !m.Tags[i].matches(s.Tags) {
			return false
		}
	}
	return true
}

func (t *TagMatch) matches(tags map[string]string) bool {
	if v, ok := tags[t.Key]; ok {
		return matchAny(t.Values, v)
	}
	for k, v := range tags {
		if strings.EqualFold(k, t.Key) {
			return matchAny(t.Values, v)
		}
	}
	return false
}

// everyone reports whether the match covers every principal.
func (m *Match) everyone() bool { return m.every(principal.User) && m.every(principal.Role) }

// every reports whether the match covers every principal of a kind.
func (m *Match) every(kind principal.Kind) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, kind)) && all(m.Accounts) && m.isRoot() && len(m.AccountTags) == 0 && all(m.Paths) && all(m.Names) && len(m.Tags) == 0
}

func all(globs []Glob) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, Glob.all)
}

// String returns the match in the words of the configuration, for people.
func (m Match) String() string {
	var parts []string
	add := func(field string, values []string) {
		if len(values) > 0 {
			parts = append(parts, field+" "+strings.Join(values, ", "))
		}
	}
	add("kinds", texts(m.Kinds))
	add("accounts", texts(m.Accounts))
	add("organizational units", m.Units)
	for _, t := range m.AccountTags {
		add("account tag "+t.Key+" =", texts(t.Values))
	}
	add("paths", texts(m.Paths))
	add("names", texts(m.Names))
	for _, t := range m.Tags {
		add("tag "+t.Key+" =", texts(t.Values))
	}
	if len(parts) == 0 {
		return "everyone"
	}
	return strings.Join(parts, "; ")
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
