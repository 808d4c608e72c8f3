package config

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// MovedOut is a rule that a principal no longer matches after a change of its name, path or tags.
type MovedOut struct {
	// Requirement is what the rule requires.
	Requirement
	// Certain is set if the change itself shows that the rule applied, or if the principal still carries
	// the boundary that the rule requires. Otherwise the rule only may have applied.
	Certain bool
	// Swapped is set if the boundary was replaced at about the same time.
	Swapped bool
}

// MovedOut returns the rule that a principal, in its current state, may have left by a move, if its
// boundary is not required any more. It returns false if there is no such rule or the requirement now
// has the same boundary.
//
// A record of a move has the old name, but not the old path or tags. A rule that depends on the path or
// tags may have applied before, whatever its values. To report most escapes and few other moves,
//
//   - a rule that must have applied before, whatever the path and tags were, counts;
//   - a rule that may have applied counts as certain if the principal still carries its boundary:
//     principals that match the rule carry it, and a move alone does not remove it;
//   - a rule that may have applied counts as possible if nothing is required now: an actor that moves a
//     principal out of every rule can remove the boundary, and may already have done so;
//   - if another rule applies now, a rule that only may have applied does not count: the other rule
//     guards the principal, and most changes of tags are on principals that it already applied to.
//
// A principal that is exempt or out of scope counts as if no rule applied, unless it was already exempt
// before the move. A rule that requires no boundary does not count.
func (f *Config) MovedOut(s principal.Snapshot, m principal.Move, now time.Time) (MovedOut, bool) {
	if m.IsZero() {
		return MovedOut{}, false
	}
	old := renamed(s, m)
	if exempt, _, _ := f.exemption(&old, now); exempt != nil && !m.Path {
		return MovedOut{}, false
	}
	current := f.Requirement(s, now)
	free := current.Free()
	candidates, complete := f.before(&old, m)
	all := len(candidates)
	candidates = slices.DeleteFunc(inScopeOf(candidates), func(q Requirement) bool {
		return !free && q.Boundary.ARN == current.Boundary.ARN
	})
	if len(candidates) == 0 {
		return MovedOut{}, false
	}
	for _, q := range candidates {
		if s.Boundary != "" && s.Boundary == q.Boundary.ARN {
			return MovedOut{Requirement: q, Certain: true}, true
		}
	}
	switch {
	case complete && len(candidates) == all:
		return MovedOut{Requirement: candidates[all-1], Certain: true}, true
	case free:
		return MovedOut{Requirement: candidates[0]}, true
	}
	return MovedOut{}, false
}

// MayHaveMovedOut returns the requirements of all rules that may have applied before a move, except
// those with the boundary that is required now. [Config.MovedOut] returns only the likely one.
func (f *Config) MayHaveMovedOut(s principal.Snapshot, m principal.Move, now time.Time) []Requirement {
	if m.IsZero() {
		return nil
	}
	old := renamed(s, m)
	current := f.Requirement(s, now)
	candidates, _ := f.before(&old, m)
	return slices.DeleteFunc(inScopeOf(candidates), func(q Requirement) bool { return q.Boundary.ARN == current.Boundary.ARN })
}

// renamed returns a principal with its name before a move.
func renamed(s principal.Snapshot, m principal.Move) principal.Snapshot {
	if m.Was != "" {
		s.Name = m.Was
	}
	return s
}

// before returns the requirements of the rules that may have applied before a move, in order. complete
// is set if the last one certainly matched: then one of the list applied. Otherwise perhaps none did.
//
// The old name is in the caller's spelling, and IAM compares names case-insensitively: a rule that
// matches only another spelling may have applied.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
func (f *Config) before(old *principal.Snapshot, m principal.Move) (list []Requirement, complete bool) {
	for i := range f.rules {
		known, all := f.rules[i].Match.known(m)
		exact := f.matches(&known, old)
		if !exact && (m.Was == "" || !f.matches(known.folded(), folded(old))) {
			continue
		}
		list = append(list, f.requirementOf(i, old.Partition, old.Account))
		if exact && all {
			return list, true
		}
	}
	return list, false
}

// known returns the part of the match that does not depend on what is unknown after a move, and whether
// that is all of the match. The unknown part may have matched: [Load] refuses globs that match
// nothing.
func (m Match) known(move principal.Move) (known Match, complete bool) {
	complete = true
	if move.Path && !all(m.Paths) {
		m.Paths, complete = nil, false
	}
	tags := slices.DeleteFunc(slices.Clone(m.Tags), func(t TagMatch) bool {
		return slices.ContainsFunc(move.Tags, func(key string) bool { return strings.EqualFold(key, t.Key) })
	})
	if len(tags) < len(m.Tags) {
		m.Tags, complete = tags, false
	}
	return m, complete
}

// folded returns the match with its names in lower case, for names in an unknown spelling.
func (m Match) folded() *Match {
	names := make([]Glob, len(m.Names))
	for i, g := range m.Names {
		names[i] = Glob(strings.ToLower(string(g)))
	}
	m.Names = names
	return &m
}

func folded(s *principal.Snapshot) *principal.Snapshot {
	out := *s
	out.Name = strings.ToLower(s.Name)
	return &out
}
