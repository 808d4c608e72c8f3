package config

import (
	"fmt"
	"slices"
	"strings"
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
	l.warnUnits()
}

// warnUnits warns of likely mistakes with organizational units.
func (l *loader) warnUnits() {
	f := &l.cfg
	for i := range f.rules {
		earlier := f.rules[i].Match
		units := earlier.Units
		if earlier.Units = nil; len(units) == 0 || !earlier.everyone() {
			continue
		}
		for _, r := range f.rules[i+1:] {
			if own := r.Match.Units; len(own) > 0 && !slices.ContainsFunc(own, func(id string) bool { return !slices.Contains(units, id) }) {
				l.warnf("rule %q never applies: rule %q matches every principal in its organizational units", r.Name, f.rules[i].Name)
			}
		}
	}
	if roots := f.organizations(); len(roots) > 1 {
		l.warnf("the rules name units of %d organizations (%s), and an account is in one: the middle part of a unit's id is that of its root", len(roots), strings.Join(roots, ", "))
	}
}

func (l *loader) warnf(format string, args ...any) {
	l.cfg.warnings = append(l.cfg.warnings, fmt.Sprintf(format, args...))
}
