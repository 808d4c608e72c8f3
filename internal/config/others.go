package config

import (
	"slices"

	"github.com/ringfence/ringfence/internal/principal"
)

// Others returns the requirements of the rules that would apply to a principal with other tags or, for a
// user, with another name or path. Nothing else of a principal can be changed. They are in the order of
// the configuration, and may require the same boundary while they accept others. They end at a rule that
// applies whatever is changed.
func (f *Config) Others(s principal.Snapshot, current Requirement) []Requirement {
	var list []Requirement
	for i := range f.rules {
		m := f.rules[i].Match.lasting(s.Kind)
		if !f.matches(&m, &s) {
			continue
		}
		if q := f.requirementOf(i, s.Partition, s.Account); q.Rule != current.Rule {
			list = append(list, q)
		}
		if !f.rules[i].Match.movable(s.Kind) {
			break
		}
	}
	return list
}

// MovedInto reports whether a change of tags, or of the name or path of a user, may have moved a principal
// to the rule that applies, from a rule that requires or attaches no boundary.
func (f *Config) MovedInto(s principal.Snapshot, current Requirement) bool {
	for i := range f.rules {
		m := f.rules[i].Match.lasting(s.Kind)
		switch {
		case f.rules[i].Name == current.Rule:
			return f.rules[i].Match.movable(s.Kind) || s.Kind == principal.User && len(f.exemptions) > 0
		case f.rules[i].leaves() && f.matches(&m, &s):
			return true
		}
	}
	return false
}

// leaves reports whether a rule leaves any boundary that a principal carries.
func (r *Rule) leaves() bool {
	return r.OutOfScope != nil || r.Mode != Enforce || r.OnDrift == OnlyAlert || r.OnIncomparable == OnlyAlert
}

// lasting returns the part of a match that depends on what cannot be changed about a principal.
func (m Match) lasting(kind principal.Kind) Match {
	m.Tags = nil
	if kind == principal.User {
		m.Names, m.Paths = nil, nil
	}
	return m
}

// movable reports whether a match has other parts.
func (m Match) movable(kind principal.Kind) bool {
	return len(m.Tags) > 0 || kind == principal.User && (!anything(m.Names) || !anything(m.Paths))
}

// anything reports whether globs match any text.
func anything(globs []Glob) bool {
	return len(globs) == 0 || slices.Contains(globs, Any)
}
