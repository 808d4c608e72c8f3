package config

import (
	"strings"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Glob is a pattern as in IAM policies: * matches any characters or none, including the slash, and ?
// matches exactly one. Everything else matches itself, case-sensitively.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
type Glob string

// Any is the glob that matches everything.
const Any Glob = "*"

// Match reports whether the glob matches all of s.
func (g Glob) Match(s string) bool { return wildcard.Match(string(g), s) }

// matchAny reports whether one of the globs matches. An empty list matches everything.
func matchAny(globs []Glob, s string) bool {
	for _, g := range globs {
		if g.Match(s) {
			return true
		}
	}
	return len(globs) == 0
}

// matchNames is matchAny for names that may contain ${account}.
func matchNames(globs []Glob, s, account string) bool {
	for _, g := range globs {
		if g.in(account).Match(s) {
			return true
		}
	}
	return len(globs) == 0
}

// in returns the glob for the names of one account.
func (g Glob) in(account string) Glob {
	return Glob(strings.ReplaceAll(string(g), accountVar, account))
}

// shortest returns the length, in characters, of the shortest string that g matches.
func (g Glob) shortest() int {
	return utf8.RuneCountInString(string(g)) - strings.Count(string(g), "*")
}

func (g Glob) hasStar() bool { return strings.Contains(string(g), "*") }

// all reports whether g matches every string: it consists only of stars.
func (g Glob) all() bool { return g.hasStar() && strings.Trim(string(g), "*") == "" }
