package config

import (
	"maps"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Knowing returns the same configuration with what AWS Organizations says of some accounts, in addition to what it knows
// already. Rules with organizationalUnits or accountTags depend on that: see [Config.Known].
func (f *Config) Knowing(accounts ...principal.Account) *Config {
	if len(accounts) == 0 {
		return f
	}
	knowing := *f
	if knowing.facts = maps.Clone(f.facts); knowing.facts == nil {
		knowing.facts = make(map[string]principal.Account, len(accounts))
	}
	for _, a := range accounts {
		knowing.facts[a.ID] = a
	}
	return &knowing
}

// AccountFacts says which facts of accounts the rules depend on: the organizational units, and the tags.
func (f *Config) AccountFacts() (units, tags bool) {
	for i := range f.rules {
		units = units || len(f.rules[i].Match.Units) > 0
		tags = tags || len(f.rules[i].Match.AccountTags) > 0
	}
	return units, tags
}

// Known returns an error if a requirement of a principal of the account may depend on facts of the account that the
// configuration was not given: see [Config.Knowing]. Ask before [Config.Requirement]: an account whose unit is not known
// is neither inside nor outside of it.
func (f *Config) Known(account string) error {
	for i := range f.rules {
		m := &f.rules[i].Match
		switch {
		case matchAny(m.Accounts, account) && f.inAccount(m, account) == perhaps:
			return errclass.New(errclass.Unknown, "rule %q depends on %s, and what AWS Organizations says of account %s is not known", f.rules[i].Name, m.accountFields(), account)
		case m.everyone() && f.inAccount(m, account) == always:
			return nil // it decides for every principal
		}
	}
	return nil
}

// accountFields returns the fields of a match that depend on facts of the account.
func (m *Match) accountFields() string {
	switch {
	case len(m.AccountTags) == 0:
		return "organizationalUnits"
	case len(m.Units) == 0:
		return "accountTags"
	}
	return "organizationalUnits and accountTags"
}

// inAccount reports whether the organizational units and the tags of an account match. Without them, it is perhaps.
func (f *Config) inAccount(m *Match, account string) chance {
	if len(m.Units) == 0 && len(m.AccountTags) == 0 {
		return always
	}
	a, known := f.facts[account]
	is := perhaps
	if known {
		is = m.inUnits(a.Units)
	}
	for i := range m.AccountTags {
		switch {
		case !known || a.Tags == nil:
			is = min(is, perhaps)
		case !m.AccountTags[i].matchesCase(a.Tags):
			return never
		}
	}
	return is
}

// inUnits reports whether one of the units of an account, from the root to its parent, is one of the match.
func (m *Match) inUnits(units []principal.Unit) chance {
	if len(m.Units) == 0 || slices.ContainsFunc(units, func(u principal.Unit) bool { return slices.Contains(m.Units, u.ID) }) {
		return always
	}
	return never
}

// matchesCase is matches for tags whose keys differ by case. An account has both team and Team, or only one of them.
func (t *TagMatch) matchesCase(tags map[string]string) bool {
	v, ok := tags[t.Key]
	return ok && matchAny(t.Values, v)
}

// matches reports whether a match covers a principal. What is not known of its account must have been refused before: an
// answer here would be a guess.
func (f *Config) matches(m *Match, s *principal.Snapshot) bool {
	if !m.matches(s) {
		return false
	}
	is := f.inAccount(m, s.Account)
	if is == perhaps {
		panic("config: what AWS Organizations says of account " + s.Account + " is not known: Known says so")
	}
	return is == always
}

// unitID is the form of the ids of units and roots.
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_OrganizationalUnit.html
// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Root.html
var unitID = lazy(`^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$`)

// organizationalUnits reads the ids of units. Names are none: two units can have the same.
func (f fields) organizationalUnits(key string) (ids []string) {
	v, ok := f.get(key)
	if !ok {
		return nil
	}
	for _, item := range v.words() {
		id, ok := item.text()
		switch {
		case !ok:
		case !unitID().MatchString(id):
			item.problem("%q cannot be the id of an organizational unit (ou-a1b2-c3d4e5f6) or of a root (r-a1b2)", id)
		case slices.Contains(ids, id):
			item.problem("%q is given twice", id)
		default:
			ids = append(ids, id)
		}
	}
	return ids
}

// isRoot reports whether a match covers all accounts of an organization by their unit.
func (m *Match) isRoot() bool {
	return len(m.Units) == 0 || slices.ContainsFunc(m.Units, func(id string) bool { return strings.HasPrefix(id, "r-") })
}

// organizations returns the ids of the roots that the rules name, themselves or in those of units.
func (f *Config) organizations() (roots []string) {
	for i := range f.rules {
		for _, id := range f.rules[i].Match.Units {
			if root := "r-" + strings.Split(id, "-")[1]; !slices.Contains(roots, root) {
				roots = append(roots, root)
			}
		}
	}
	return roots
}
