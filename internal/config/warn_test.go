package config

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestWarningsAndRisks(t *testing.T) {
	const (
		most    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"iam:*","Resource":"*"}]}`
		limited = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`
	)
	docs := fstest.MapFS{"most.json": {Data: []byte(most)}, "d.json": {Data: []byte(limited)}}
	for name, c := range map[string]struct {
		boundary, rules, rest string
		want                  []string
	}{
		"no warnings": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: d.json}`, `{name: everyone, match: {names: ["*"]}, boundary: b}`, "", nil,
		},
		"each kind has a rule for all": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: d.json}`,
			`{name: x, match: {kinds: [user]}, boundary: b}, {name: y, match: {paths: ["*"], kinds: [role]}, boundary: b}`, "", nil,
		},
		"a literal account, and no document": {
			`{arn: "arn:aws:iam::123456789012:policy/a"}`, `{name: everyone, match: {names: ["*"]}, boundary: b}`, "",
			[]string{
				`boundary "b": account 123456789012 is read as ${account}, because a boundary is in the account of each principal`,
				`boundary "b" has no document, so a change of its policy is reported, but cannot be judged or reversed`,
			},
		},
		"a rule after one for every principal": {
			`{arn: "arn:${partition}:iam::aws:policy/a"}`, `{name: x, match: {names: ["*"], kinds: [user, role]}, boundary: b}, {name: y, match: {kinds: [user]}, boundary: b}`, "",
			[]string{`rule "x" matches every principal, so no rule after it ever applies`},
		},
		"a rule after one for the root": {
			`{arn: "arn:${partition}:iam::aws:policy/a"}`, `{name: x, match: {organizationalUnits: [r-a1b2]}, boundary: b}, {name: y, match: {kinds: [user]}, boundary: b}`, "",
			[]string{`rule "x" matches every principal, so no rule after it ever applies`},
		},
		"a rule after one for its units": {
			`{arn: "arn:${partition}:iam::aws:policy/a"}`,
			`{name: x, match: {organizationalUnits: [ou-a1b2-11111111, ou-a1b2-22222222]}, boundary: b}, {name: y, match: {organizationalUnits: [ou-a1b2-22222222], kinds: [role]}, boundary: b},
			{name: z, match: {organizationalUnits: [ou-a1b2-22222222, ou-a1b2-33333333]}, boundary: b}, {name: rest, match: {names: ["*"]}, boundary: b}`, "",
			[]string{`rule "y" never applies: rule "x" matches every principal in its organizational units`},
		},
		"units of two organizations": {
			`{arn: "arn:${partition}:iam::aws:policy/a"}`,
			`{name: x, match: {organizationalUnits: [ou-a1b2-11111111], names: [a]}, boundary: b}, {name: y, match: {organizationalUnits: [r-c3d4], names: [a]}, boundary: b}, {name: rest, match: {names: ["*"]}, boundary: b}`, "",
			[]string{`the rules name units of 2 organizations (r-a1b2, r-c3d4), and an account is in one: the middle part of a unit's id is that of its root`},
		},
		"tags of accounts are no risk": {
			`{arn: "arn:${partition}:iam::aws:policy/a"}`, `{name: x, match: {accountTags: {stage: prod}}, boundary: b}, {name: rest, match: {names: ["*"]}, boundary: b}`, "", nil,
		},
		"a boundary that lists what it denies": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: most.json}`, `{name: everyone, match: {names: ["*"]}, boundary: b}`, "",
			[]string{`boundary "b" allows everything that it does not deny by name, including whatever AWS adds`},
		},
		"rules that depend on tags": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: d.json}`,
			`{name: tagged, match: {tags: {class: restricted, team: "*"}}, boundary: b}, {name: everyone, match: {names: ["*"]}, boundary: b}`, "",
			[]string{`rule "tagged" depends on tags (class, team): an actor that may tag a principal chooses whether it applies; guard the keys with the SCP in infra/scp`},
		},
		"some principals match no rule": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: d.json}`,
			`{name: developers, match: {paths: ["/dev/*"]}, boundary: b}, {name: users, match: {kinds: [user]}, boundary: b}`, "",
			[]string{`no rule is for every role: a principal that no rule matches needs no boundary, such as one in /Dev/, which is not /dev/; end with a rule for names: ["*"]`},
		},
		"most principals match no rule": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: d.json}`, `{name: x, match: {names: ["x*"]}, boundary: b}`, "",
			[]string{`no rule is for every user and role: a principal that no rule matches needs no boundary; end with a rule for names: ["*"]`},
		},
		"an exemption by name": {
			`{arn: "arn:${partition}:iam::${account}:policy/a", document: d.json}`, `{name: everyone, match: {names: ["*"]}, boundary: b}`,
			`exemptions: [{principal: "arn:aws:iam::123456789012:role/x", owner: o, reason: r, expires: 2027-01-31}]`,
			[]string{`the exemption of arn:aws:iam::123456789012:role/x is by name, so it is for any principal with that name: give its id (ringfence validate --state FILE --pin)`},
		},
	} {
		data := "version: 1\nmode: observe\nboundaries: {b: " + c.boundary + "}\nrules: [" + c.rules + "]\n" + c.rest
		f, err := Load("f", []byte(data), docs.ReadFile)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := strings.Join(append(f.Warnings(), f.Risks()...), "\n"); got != strings.Join(c.want, "\n") {
			t.Errorf("%s: warnings:\n%s", name, got)
		}
	}
	f, err := Load("f", []byte("version: 1\nmode: observe\nboundaries: {b: {arn: \"arn:aws:iam::aws:policy/a\"}, spare: {arn: \"arn:aws:iam::aws:policy/c\"}}\nrules: [{name: x, match: {names: [\"*\"]}, boundary: b}]\n"), nil)
	if err != nil || strings.Join(f.Warnings(), "\n") != `no rule requires boundary "spare", so its policy is not guarded` {
		t.Errorf("%v, %v", f.Warnings(), err)
	}
	for _, name := range []string{"scope.yaml", "everything.yaml"} {
		if got := load(t, name).Warnings(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := load(t, "scope.yaml").Risks(); len(got) != 0 {
		t.Errorf("scope.yaml: %v", got)
	}
}
