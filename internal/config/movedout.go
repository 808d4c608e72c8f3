package config

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// MovedOut is a rule that a principal was taken out of, by a change of its name, path or
// tags.
type MovedOut struct {
	// Requirement is what the rule asks of those in its reach.
	Requirement
	// Certain is set where the change itself says that the principal was in a rule's
	// reach, or where it still carries the boundary which the rule requires. Without
	// it that is only possible.
	Certain bool
	// Swapped is set where the boundary was swapped at about the same time.
	Swapped bool
}

// MovedOut tells which rule a principal, as it is now, may have been taken out of by a move:
// one that asked for a boundary which nothing asks for any more. It is false where there
// was none, or where what applies now requires the same boundary.
//
// A record of a move gives an old name, but neither an old path nor old tags. Where a
// rule goes by one of these, it may have applied before whatever it says. So as to
// tell much of what is an escape and little of what is none,
//
//   - a rule that must have applied before, whatever the path and tags were, counts;
//   - a rule that may have applied counts for certain where the principal still carries
//     the boundary which that rule requires: who is in a rule's reach does, and
//     a move alone does not take it off;
//   - a rule that may have applied counts as possible where nothing is required now:
//     who moves out of every rule can take the boundary off without further ado, and
//     may have done so before anybody looked;
//   - where another rule applies now, one that only may have applied does not count: its
//     successor guards the principal, and most tags are set on what was under that
//     rule before.
//
// Who is exempt or out of scope now counts as if no rule applied, unless the move found it
// exempt. A rule that asks for no boundary is none that anybody escapes from.
func (f *Config) MovedOut(s principal.Snapshot, m principal.Move, now time.Time) (MovedOut, bool) {
	if m.IsZero() {
		return MovedOut{}, false
	}
	old := renamed(s, m)
	if exempt, _, _ := f.exemption(&old, now); exempt != nil && !m.Path {
		return MovedOut{}, false
	}
	current := f.Requirement(s, now)
	free := current.free()
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

// MayHaveMovedOut is what the rules ask, other than what is required now, that may have applied
// before a move: see [Config.MovedOut], which leaves out what something else speaks against.
func (f *Config) MayHaveMovedOut(s principal.Snapshot, m principal.Move, now time.Time) []Requirement {
	if m.IsZero() {
		return nil
	}
	old := renamed(s, m)
	current := f.Requirement(s, now)
	candidates, _ := f.before(&old, m)
	return slices.DeleteFunc(inScopeOf(candidates), func(q Requirement) bool { return q.Boundary.ARN == current.Boundary.ARN })
}

// renamed is a principal with the name that it had before a move.
func renamed(s principal.Snapshot, m principal.Move) principal.Snapshot {
	if m.Was != "" {
		s.Name = m.Was
	}
	return s
}

// before lists what the rules ask that may have applied before a move, in their order.
// It is complete where the last of them matched for certain: then one of the list did
// apply, else perhaps none.
//
// The old name is as the caller spelt it, and IAM does not tell names apart by case: a rule
// may have applied that only matches another spelling.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
func (f *Config) before(old *principal.Snapshot, m principal.Move) (list []Requirement, complete bool) {
	for i := range f.rules {
		known, all := f.rules[i].Match.known(m)
		exact := known.matches(old)
		if !exact && (m.Was == "" || !known.folded().matches(folded(old))) {
			continue
		}
		list = append(list, f.requirementOf(i, old.Partition, old.Account))
		if exact && all {
			return list, true
		}
	}
	return list, false
}

// known is the part of the match that does not go by what a move leaves unknown, and
// whether that is all of it. A path or tag that a rule asks for can have been there:
// globs that match nothing are refused when a configuration is read.
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

// folded is the match with its names in small letters, for those of which the spelling is
// not known.
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
