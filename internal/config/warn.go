package config

import (
	"fmt"
	"slices"
)

// approved refuses a boundary that is enforced and has no approved document: Ringfence could neither
// judge a change of its policy nor restore it.
func (l *loader) approved() {
	for i, b := range l.cfg.boundaries {
		for _, r := range l.cfg.rules {
			if r.boundary == i && r.Mode == Enforce && b.undocumented() {
				l.places[i].problem("has no document, but rule %q with mode: %s needs one; approve one (document: boundaries/%s.json)", r.Name, Enforce, b.name)
				break
			}
		}
	}
}

// undocumented reports whether a boundary is a customer managed policy without an approved document.
func (b *boundary) undocumented() bool { return !b.approved && !b.managed }

// Unapproved reports whether a boundary is a customer managed policy without an approved document.
func (f *Config) Unapproved() bool {
	return slices.ContainsFunc(f.boundaries, func(b boundary) bool { return b.undocumented() })
}

// warn collects likely mistakes that are valid.
func (l *loader) warn() {
	f := &l.cfg
	for i, b := range f.boundaries {
		if !slices.ContainsFunc(f.rules, func(r Rule) bool { return r.boundary == i }) {
			l.warnf("no rule requires boundary %q, so its policy is not guarded", b.name)
		}
	}
	for i := range f.rules {
		if f.rules[i].Match.everyone() && i+1 < len(f.rules) {
			l.warnf("rule %q matches every principal, so no rule after it ever applies", f.rules[i].Name)
			break
		}
	}
}

func (l *loader) warnf(format string, args ...any) {
	l.cfg.warnings = append(l.cfg.warnings, fmt.Sprintf(format, args...))
}
