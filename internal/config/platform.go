package config

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/principal"
)

// Reach is a rule that requires a boundary of the roles of a platform.
type Reach struct {
	Rule, Boundary string
	Preset         Preset
	// Roles are the names of existing roles, or of possible ones with the wildcards of the preset.
	Roles []string
}

// Reaches returns the roles of platforms, among the given principals, of which a rule requires a boundary.
func (f *Config) Reaches(principals []principal.Snapshot, now time.Time) (all []Reach) {
	for _, s := range principals {
		p, ok := PlatformOf(s)
		if !ok {
			continue
		}
		for _, q := range f.possibilities(s, now) {
			all = addReach(all, q, p, s.Name)
		}
	}
	return all
}

// possibilities returns what may be required of a principal: one requirement if what the rules depend on of its account
// is known, or if no rule depends on that.
func (f *Config) possibilities(s principal.Snapshot, now time.Time) (all []Requirement) {
	for i := range f.rules {
		m := &f.rules[i].Match
		is := f.inAccount(m, s.Account)
		if is == never || !m.matches(&s) {
			continue
		}
		if all = append(all, f.requires(i, &s, now)); is == always {
			break
		}
	}
	return all
}

func addReach(all []Reach, q Requirement, p Preset, role string) []Reach {
	if q.Free() {
		return all
	}
	i := slices.IndexFunc(all, func(r Reach) bool { return r.Rule == q.Rule && r.Preset.Name == p.Name })
	if i < 0 {
		i = len(all)
		all = append(all, Reach{Rule: q.Rule, Boundary: q.Boundary.Name, Preset: p})
	}
	if !slices.Contains(all[i].Roles, role) {
		all[i].Roles = append(all[i].Roles, role)
	}
	return all
}

// Platforms returns the roles of all platforms in the accounts that the rules name. Their names have the
// wildcards of the presets.
func (f *Config) Platforms() (all []principal.Snapshot) {
	accounts := []string{sampleAccount}
	for _, r := range f.rules {
		for _, g := range r.Match.Accounts {
			if !strings.ContainsAny(string(g), "*?") && !slices.Contains(accounts, string(g)) {
				accounts = append(accounts, string(g))
			}
		}
	}
	for _, account := range accounts {
		for _, p := range presets {
			for _, path := range p.Match.Paths {
				for _, name := range p.Match.Names {
					all = append(all, principal.Snapshot{Ref: principal.Ref{
						Partition: samplePartition, Account: account, Kind: principal.Role,
						Path: strings.TrimRight(string(path), "*"), Name: string(name.in(account)),
					}})
				}
			}
		}
	}
	return all
}
