package config

import (
	"slices"

	"github.com/ringfence/ringfence/internal/principal"
)

// Others are what the rules ask that do not apply to a principal and would, had it other
// tags, or, being a user, another name or path: nothing else of it can be changed. They are
// in the order of the configuration, and may ask for the same boundary while they accept others.
// None comes after a rule that applies whatever is changed.
func (f *Config) Others(s principal.Snapshot, current Requirement) []Requirement {
	var list []Requirement
	for i := range f.rules {
		m := f.rules[i].Match.lasting(s.Kind)
		if !m.matches(&s) {
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

// MovedInto reports whether a change of tags, or of the name or path of a user, may have
// brought a principal under the rule that applies, from where no boundary was asked for, or
// none put on.
func (f *Config) MovedInto(s principal.Snapshot, current Requirement) bool {
	for i := range f.rules {
		m := f.rules[i].Match.lasting(s.Kind)
		switch {
		case f.rules[i].Name == current.Rule:
			return f.rules[i].Match.movable(s.Kind) || s.Kind == principal.User && len(f.exemptions) > 0
		case f.rules[i].leaves() && m.matches(&s):
			return true
		}
	}
	return false
}

// leaves reports whether a rule leaves some on what they carry, whatever that is.
func (r *Rule) leaves() bool {
	return r.OutOfScope != nil || r.Mode != Enforce || r.OnDrift == OnlyAlert || r.OnIncomparable == OnlyAlert
}

// lasting is the part of a match that goes by what nobody can change of a principal.
func (m Match) lasting(kind principal.Kind) Match {
	m.Tags = nil
	if kind == principal.User {
		m.Names, m.Paths = nil, nil
	}
	return m
}

// movable reports whether there is more to a match than that.
func (m Match) movable(kind principal.Kind) bool {
	return len(m.Tags) > 0 || kind == principal.User && (!anything(m.Names) || !anything(m.Paths))
}

// anything reports whether globs match any text.
func anything(globs []Glob) bool {
	return len(globs) == 0 || slices.Contains(globs, Any)
}
