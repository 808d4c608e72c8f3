package config

import (
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy/lang"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// Candidate is one possibility of what the configuration requires of a principal of which not all is
// known.
type Candidate struct {
	// Config is the configuration in which this possibility is the case.
	Config *Config
	// Rule is the name of the rule that applies, empty if none does.
	Rule string
	// Exempt reports whether an exemption applies too.
	Exempt bool
}

// Candidates returns all possibilities of what the configuration requires of a principal, in the order
// of the rules. s is the principal with something in place of what is unknown. If all that the
// configuration depends on is known, there is one candidate. Names, paths, tags and exemptions are
// looked at one by one, so a candidate may be a combination that no value makes.
func (f *Config) Candidates(s principal.Snapshot, p principal.Partial, now time.Time) []Candidate {
	exempt, certain, settled := f.mayBeExempt(s, p, now)
	var list []Candidate
	add := func(rule int) {
		c := Candidate{}
		if rule >= 0 {
			c.Rule = f.rules[rule].Name
		}
		switch {
		case settled:
			c.Config, c.Exempt = f.assuming(rule, f.exemptions), rule >= 0 && certain
			list = append(list, c)
			return
		case rule < 0 || !certain:
			c.Config = f.assuming(rule, nil)
			list = append(list, c)
		}
		if rule >= 0 && exempt != nil {
			c.Config, c.Exempt = f.assuming(rule, []exemption{{Exemption: *exempt, principal: template{{literal: s.ARN()}}}}), true
			list = append(list, c)
		}
	}
	for i := range f.rules {
		switch f.possible(&f.rules[i].Match, p) {
		case always:
			add(i)
			return list
		case perhaps:
			add(i)
		}
	}
	add(-1)
	return list
}

// assuming returns the configuration in which one rule applies to every principal, or none if the index
// is negative.
func (f *Config) assuming(rule int, exemptions []exemption) *Config {
	assumed := *f
	assumed.exemptions, assumed.rules = exemptions, nil
	if rule >= 0 {
		first := f.rules[rule]
		first.Match = Match{}
		assumed.rules = append([]Rule{first}, f.rules...)
	}
	return &assumed
}

// InEveryAccount returns the same configuration in which each rule applies in every account.
func (f *Config) InEveryAccount() *Config {
	everywhere := *f
	everywhere.rules = slices.Clone(f.rules)
	for i := range everywhere.rules {
		m := &everywhere.rules[i].Match
		m.Accounts, m.Units, m.AccountTags = nil, nil, nil
	}
	return &everywhere
}

// mayBeExempt returns an exemption in effect that may be the principal's, and whether it certainly is.
// settled is set if that is certain of every exemption of the configuration.
func (f *Config) mayBeExempt(s principal.Snapshot, p principal.Partial, now time.Time) (found *Exemption, certain, settled bool) {
	settled = true
	for i := range f.exemptions {
		e := &f.exemptions[i]
		account := p.Account
		if e.Many() {
			account = principal.Known(s.Account)
		}
		arn := principal.Known("arn:" + p.Partition + ":iam::").Then(account).Then(principal.Known(":" + string(p.Kind))).Then(p.Path).Then(p.Name)
		is := matching([]Glob{Glob(e.principal.expand(s.Partition, s.Account))}, arn)
		if e.ID != "" {
			is = min(is, matching([]Glob{Glob(e.ID)}, p.ID))
		}
		settled = settled && is != perhaps
		switch {
		case is == never || !now.Before(e.Expires):
		case is == always:
			return &e.Exemption, true, settled
		default:
			copied := e.Exemption
			copied.ID = "" // the candidate assumes that it is this principal
			found = &copied
		}
	}
	return found, false, settled
}

// chance is whether something matches that is not completely known.
type chance int

const (
	never chance = iota
	perhaps
	always
)

// possible reports whether a match covers a principal. What is not known of its account is unknown too.
func (f *Config) possible(m *Match, p principal.Partial) chance {
	if len(m.Kinds) > 0 && !slices.Contains(m.Kinds, p.Kind) {
		return never
	}
	names := make([]Glob, len(m.Names))
	account, known := p.Account.Value()
	for i, g := range m.Names {
		if names[i] = g; known {
			names[i] = g.in(account)
		} else {
			names[i] = g.in("????????????")
		}
	}
	name := matching(names, p.Name)
	if !known && name == always && slices.ContainsFunc(m.Names, func(g Glob) bool { return strings.Contains(string(g), accountVar) }) {
		name = perhaps
	}
	is := min(matching(m.Accounts, p.Account), matching(m.Paths, p.Path), name)
	for _, t := range m.Tags {
		is = min(is, t.possible(p))
	}
	if !known {
		account = "" // no account has this id, so nothing is known of it
	}
	return min(is, f.inAccount(m, account))
}

func (t *TagMatch) possible(p principal.Partial) chance {
	for k, v := range p.Tags {
		if strings.EqualFold(k, t.Key) {
			return matching(t.Values, v)
		}
	}
	if p.OtherTags {
		return perhaps
	}
	return never
}

// searchSteps bounds the search for a common string of two globs: see [lang.Budget]. A search that is
// given up means perhaps.
const searchSteps = 100_000

// matching reports whether one of the globs matches a text. An empty list matches everything.
func matching(globs []Glob, t principal.Text) chance {
	if len(globs) == 0 {
		return always
	}
	if s, ok := t.Value(); ok {
		if matchAny(globs, s) {
			return always
		}
		return never
	}
	list := make([]*lang.Glob, len(globs))
	for i, g := range globs {
		list[i] = lang.New(wildcard.AppendTokens(nil, string(g)), false, nil)
	}
	text := []*lang.Glob{lang.New(tokens(t), false, nil)}
	if _, found := (lang.Query{In: [][]*lang.Glob{text, list}}).Find(lang.NewBudget(searchSteps)); found == lang.Empty {
		return never
	}
	if _, found := (lang.Query{In: [][]*lang.Glob{text}, Out: list}).Find(lang.NewBudget(searchSteps)); found == lang.Empty {
		return always
	}
	return perhaps
}

// tokens returns a text as a pattern.
func tokens(t principal.Text) (pattern []wildcard.Token) {
	for i, literal := range t.Literals() {
		if i > 0 {
			pattern = append(pattern, wildcard.Token{Kind: wildcard.AnyRun})
		}
		if literal != "" {
			pattern = append(pattern, wildcard.Token{Text: literal})
		}
	}
	return pattern
}
