package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

// units are the root and units below it, each in the one before.
func units(ids ...string) []principal.Unit {
	all := []principal.Unit{{ID: "r-a1b2", Name: "Root"}}
	for _, id := range ids {
		all = append(all, principal.Unit{ID: id, Name: "unit " + id})
	}
	return all
}

// known is a role of which all is known.
func known(path, name string) (principal.Snapshot, principal.Partial) {
	s := principal.Snapshot{Ref: principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: path, Name: name}, ID: "AROAX"}
	return s, principal.Partial{
		Kind: s.Kind, Partition: "aws", Account: principal.Known(s.Account), Path: principal.Known(path), Name: principal.Known(name), ID: principal.Known(s.ID),
	}
}

func ruleNames(list []Candidate) string {
	var all []string
	for _, c := range list {
		all = append(all, c.Rule)
	}
	return strings.Join(all, " ")
}

func TestRulesByUnitAndTagsOfTheAccount(t *testing.T) {
	const account = "123456789012"
	none := tag{}
	for name, c := range map[string]struct {
		units []principal.Unit
		tags  map[string]string
		arn   string
		want  string
	}{
		"its own unit":               {units("ou-a1b2-sandbox1"), none, "role/x", "sandbox"},
		"a unit above":               {units("ou-a1b2-sandbox1", "ou-a1b2-below123"), none, "role/x", "sandbox"},
		"the other fields too":       {units("ou-a1b2-sandbox1"), none, "user/x", "the-rest"},
		"one of several units":       {units("ou-a1b2-security"), none, "role/x", "workloads"},
		"a unit of the same name":    {[]principal.Unit{{ID: "r-a1b2"}, {ID: "ou-a1b2-00000000", Name: "ou-a1b2-security"}}, none, "role/x", "the-rest"},
		"the root":                   {units(), none, "role/x", "the-rest"},
		"no unit":                    {nil, none, "role/x", ""},
		"tags":                       {units("ou-a1b2-workload"), tag{"pci": "", "Stage": "live"}, "role/app/x", "pci"},
		"one of the tags":            {units("ou-a1b2-workload"), tag{"pci": ""}, "role/app/x", "workloads"},
		"another value":              {units(), tag{"pci": "yes", "Stage": "Prod"}, "role/app/x", "the-rest"},
		"case matters in their keys": {units(), tag{"pci": "yes", "stage": "prod"}, "role/app/x", "the-rest"},
	} {
		a := principal.Account{ID: account, Units: c.units, Tags: c.tags}
		f := load(t, "units.yaml").Knowing(principal.Account{ID: "210987654321", Units: units("ou-a1b2-sandbox1")}).Knowing(a)
		if err := f.Known(account); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := f.Requirement(snapshot(t, "arn:aws:iam::"+account+":"+c.arn, nil), now).Rule; got != c.want {
			t.Errorf("%s: rule %q, want %q", name, got, c.want)
		}
		s, p := known("/app/", "x")
		list := f.Candidates(s, p, now)
		if want := f.Requirement(s, now).Rule; len(list) != 1 || list[0].Rule != want {
			t.Errorf("%s: candidates %s, want %q", name, ruleNames(list), want)
		}
	}
}

// What is not known is an error, and never that a rule does not match.
func TestAccountsThatAreNotKnown(t *testing.T) {
	const account = "123456789012"
	f := load(t, "units.yaml")
	want := func(f *Config, part string) {
		t.Helper()
		switch err := f.Known(account); {
		case part == "" && err != nil:
			t.Errorf("%v", err)
		case part != "" && (err == nil || !strings.Contains(err.Error(), part)):
			t.Errorf("%v, want %s", err, part)
		}
	}
	want(f, `rule "sandbox" depends on organizationalUnits, and what AWS Organizations says of account 123456789012 is not known`)
	want(f.Knowing(), `rule "sandbox"`)
	want(f.Knowing(principal.Account{ID: "210987654321", Units: units(), Tags: tag{}}), `rule "sandbox"`)
	want(f.Knowing(principal.Account{ID: account, Units: units()}), `rule "pci" depends on accountTags`)
	want(f.Knowing(principal.Account{ID: account, Units: units(), Tags: tag{}}), "")
	want(f.Limit(Alert), `rule "sandbox"`)
	want(f.InEveryAccount(), "")
	want(load(t, "everything.yaml"), "")

	if u, tags := f.AccountFacts(); !u || !tags {
		t.Error("the facts that the rules need are not found")
	}
	if u, tags := load(t, "everything.yaml").AccountFacts(); u || tags {
		t.Error("no facts are needed")
	}
	s, p := known("/app/", "x")
	if got := ruleNames(f.Candidates(s, p, now)); got != "sandbox pci workloads the-rest " {
		t.Errorf("candidates %s", got)
	}
	p.Account = principal.Unknown()
	if got := ruleNames(f.Knowing(principal.Account{ID: account, Units: units(), Tags: tag{}}).Candidates(s, p, now)); got != "sandbox pci workloads the-rest " {
		t.Errorf("candidates in an unknown account: %s", got)
	}
	for _, c := range f.Candidates(s, p, now) {
		if err := c.Config.Known(account); err != nil {
			t.Errorf("%s: %v", c.Rule, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a requirement was guessed")
		}
	}()
	f.Requirement(s, now)
}

// A boundary is guarded in the accounts of the units that need it, and wherever that is not known.
func TestBoundariesByUnit(t *testing.T) {
	const account = "123456789012"
	f := load(t, "units.yaml")
	in := func(f *Config) (all []string) {
		for _, b := range f.Boundaries("aws", account) {
			all = append(all, b.Name)
		}
		return all
	}
	if got := in(f); !slices.Equal(got, []string{"b", "w"}) {
		t.Errorf("not known: %v", got)
	}
	if got := in(f.Knowing(principal.Account{ID: account, Units: units(), Tags: tag{}})); !slices.Equal(got, []string{"b"}) {
		t.Errorf("without the tag: %v", got)
	}
	if got := in(f.Knowing(principal.Account{ID: account, Tags: tag{"pci": "x", "Stage": "live"}})); !slices.Equal(got, []string{"w"}) {
		t.Errorf("with the tags, in no unit: %v", got)
	}
}
