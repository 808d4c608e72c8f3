package delegation

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/wildcard"
)

const infra = "../../infra"

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func snapshot(t *testing.T, resource string) principal.Snapshot {
	t.Helper()
	ref, err := principal.Parse(arnBase + resource)
	if err != nil {
		t.Fatal(err)
	}
	return principal.Snapshot{Ref: ref}
}

func load(t *testing.T, path string) *config.Config {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return loadText(t, string(data), filepath.Dir(path))
}

func loadText(t *testing.T, text, dir string) *config.Config {
	t.Helper()
	c, err := config.Load("ringfence.yaml", []byte(text), func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, p)) })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// target is what documents for a rule are written for.
func target(c *config.Config, a *Area, account string) Target {
	t := Target{Partition: "aws", Account: account, Exceptions: []string{"arn:*:iam::*:role/ringfence-deployer"}}
	of := account
	if of == "" {
		of = AnAccount
	}
	for _, b := range c.Boundaries("aws", of) {
		if b.Name == a.Boundary {
			t.ARN = b.ARN
		}
		t.Others = append(t.Others, b.ARN)
	}
	return t
}

// The documents for every rule of the sample configuration are proven, for one account and for any.
func TestShippedRules(t *testing.T) {
	c := load(t, filepath.Join(infra, "ringfence.yaml"))
	done := 0
	for _, r := range c.Rules() {
		if r.OutOfScope != nil {
			if _, err := NewArea(c, r.Name, "", ""); err == nil || !strings.Contains(err.Error(), "requires no boundary") {
				t.Errorf("%s: %v", r.Name, err)
			}
			continue
		}
		path := ""
		if r.Name == "everyone-else" {
			path = "/team/"
		}
		for _, account := range []string{"", "999999999999"} {
			a, err := NewArea(c, r.Name, path, account)
			if err != nil {
				t.Fatal(err)
			}
			to := target(c, a, account)
			d := Write(a, to)
			if err := d.Prove(a, to); err != nil {
				t.Errorf("%s: %v", r.Name, err)
			}
			if strings.Contains(d.Delegation.String()+d.Control.String(), AnAccount) {
				t.Errorf("%s: a document names an account that nobody gave", r.Name)
			}
			// The boundary that the holder carries takes nothing from the proof.
			s, err := a.Scope(to)
			if err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(filepath.Join(infra, "boundaries", r.Boundary+".json"))
			if err != nil {
				t.Fatal(err)
			}
			if got := answers(Check(&s, nil, false, []*policy.Document{d.Delegation}, []*policy.Document{parse(t, string(text))})); got != "" {
				t.Errorf("%s, with its boundary: open: %s", r.Name, got)
			}
			done++
		}
	}
	if done < 8 {
		t.Errorf("only %d documents", done)
	}
}

// A team can do with the delegation policy what it is for.
func TestDelegationAllows(t *testing.T) {
	c := load(t, filepath.Join(infra, "ringfence.yaml"))
	a, err := NewArea(c, "everyone-else", "/team/", account)
	if err != nil {
		t.Fatal(err)
	}
	d := []*policy.Document{Write(a, target(c, a, account)).Delegation}
	bounded := map[string][]string{boundaryKey: {team}}
	for _, q := range []struct {
		action, on string
		context    map[string][]string
		want       bool
	}{
		{"iam:CreateRole", "role/team/app", bounded, true},
		{"iam:CreateUser", "user/team/jane", bounded, true},
		{"iam:AttachRolePolicy", "role/team/app", bounded, true},
		{"iam:PutUserPolicy", "user/team/jane", bounded, true},
		{"iam:DeleteRolePolicy", "role/team/app", bounded, true},
		{"iam:UpdateAssumeRolePolicy", "role/team/app", bounded, true},
		{"iam:DeleteRole", "role/team/app", bounded, true},
		{"iam:PassRole", "role/team/app", nil, true},
		{"iam:CreatePolicy", "policy/team/app", nil, true},
		{"iam:CreateAccessKey", "user/team/jane", nil, true},
		{"iam:GetRole", "role/admin", nil, true},
		{"iam:CreateRole", "role/team/app", nil, false},
		{"iam:CreateRole", "role/app", bounded, false},
		{"iam:PutRolePermissionsBoundary", "role/team/app", bounded, false}, // which would lift a quarantine
		{"iam:CreatePolicyVersion", "policy/team-boundary", nil, false},
		{"iam:CreatePolicyVersion", "policy/everyone-else-delegation", nil, false},
		{"iam:CreateRole", "role/team/app", map[string][]string{boundaryKey: {team}, templateKey: {"arn:aws:iam::aws:role-template/x"}}, false},
	} {
		if got := allowed(d, q.action, arnBase+q.on, q.context); got != q.want {
			t.Errorf("%s on %s with %v: %v", q.action, q.on, q.context, got)
		}
	}
}

// Prove refuses documents from which something is taken.
func TestProve(t *testing.T) {
	c := load(t, filepath.Join(infra, "ringfence.yaml"))
	a, err := NewArea(c, "auditors", "", "")
	if err != nil {
		t.Fatal(err)
	}
	to := target(c, a, "")
	whole := Write(a, to)
	without := func(d *policy.Document, n int) *policy.Document {
		return &policy.Document{Version: d.Version, Statements: slices.Delete(slices.Clone(d.Statements), n, n+1)}
	}
	for n, s := range whole.Control.Statements {
		d := whole
		d.Control = without(whole.Control, n)
		if err := d.Prove(a, to); (err == nil) != (s.Sid == "NoRoleFromATemplate") { // which the first statement denies too
			t.Errorf("the SCP without %s: %v", s.Sid, err)
		}
	}
	d := whole
	d.Delegation = &policy.Document{Version: policy.Version2012, Statements: slices.Clone(whole.Delegation.Statements)}
	d.Delegation.Statements[0].Conditions = nil
	if err := d.Prove(a, to); err == nil || !strings.Contains(err.Error(), "create: iam:CreateRole on ") {
		t.Errorf("without the condition: %v", err)
	}
	d.Delegation = &policy.Document{Version: policy.Version2012, Statements: slices.Clone(whole.Delegation.Statements)}
	d.Delegation.Statements[0].Resource.Values = slices.Repeat([]string{"arn:aws:iam::????????????:role/audit/*"}, 400)
	if err := d.Prove(a, to); err == nil || !strings.Contains(err.Error(), "characters, and may have 6144") {
		t.Errorf("too long: %v", err)
	}
	d.Delegation = parse(t, on("Pass", "*", ""))
	if err := d.Prove(a, to); err == nil || !strings.Contains(err.Error(), "the delegation policy: ") {
		t.Errorf("a policy that IAM refuses: %v", err)
	}
}

const rules = `
version: 1
mode: alert
boundaries:
  a: {arn: "arn:${partition}:iam::${account}:policy/a"}
  b: {arn: "arn:${partition}:iam::${account}:policy/b"}
  aws: {arn: "arn:${partition}:iam::aws:policy/ReadOnlyAccess"}
rules:
  - {preset: organizations, owner: x@example.com}
`

func TestArea(t *testing.T) {
	for _, c := range []struct{ name, rules, rule, path, account, want, except, err string }{
		{"a path", `{name: r, match: {kinds: [role], paths: ["/dev/*"]}, boundary: a}`, "r", "", "", "/dev/*", "", ""},
		{"only one path", `{name: r, match: {paths: ["/dev/"]}, boundary: a}`, "r", "", "", "/dev/*", "/dev/*/*", ""},
		{"a path, and what is below it", `{name: r, match: {paths: ["/dev/", "/dev/*"]}, boundary: a}`, "r", "", "", "/dev/*", "", ""},
		{"a path without a slash", `{name: r, match: {paths: ["/dev*"]}, boundary: a}`, "r", "", "", "/dev*/*", "", ""},
		{"a name", `{name: r, match: {names: ["dev-*"]}, boundary: a}`, "r", "", "", "/dev-*", "/dev-*/*", ""},
		{"one name", `{name: r, match: {names: [app], paths: ["/x/"]}, boundary: a}`, "r", "", "", "/x/app", "", ""},
		{"names of an account", `{name: r, match: {names: ["${account}-*"]}, boundary: a}`, "r", "", account, "/" + account + "-*", "/" + account + "-*/*", ""},
		{"names of no account", `{name: r, match: {names: ["${account}-*"]}, boundary: a}`, "r", "", "", "", "", "give --account"},
		{"paths and names", `{name: r, match: {paths: ["/x/*", "/y/"], names: ["a-*", "b"]}, boundary: a}`, "r", "", "", "/x/a-* /x/b /y/a-* /y/b", "/x/a-*/* /y/a-*/*", ""},
		{"names that cannot be said", `{name: r, match: {names: ["*-dev"]}, boundary: a}`, "r", "", "", "", "", `--path /NAME/`},
		{"one that can be, of two", `{name: r, match: {names: ["*-dev", "dev-*"]}, boundary: a}`, "r", "", "", "/dev-*", "/dev-*/*", ""},
		{"everyone", `{name: r, match: {names: ["*"]}, boundary: a}`, "r", "", "", "", "", `--path /NAME/`},
		{"everyone, with a path", `{name: r, match: {names: ["*"]}, boundary: a}`, "r", "/team/", "", "/team/*", "", ""},
		{"a path within the rule's", `{name: r, match: {paths: ["/dev/*"]}, boundary: a}`, "r", "/dev/x/", "", "/dev/x/*", "", ""},
		{"a path that is wider than the rule's", `{name: r, match: {paths: ["/dev/x/*"]}, boundary: a}`, "r", "/dev/", "", "/dev/x/*", "", ""},
		{"a path of another rule", `{name: r, match: {paths: ["/dev/*"]}, boundary: a}`, "r", "/ops/", "", "", "", "choose a path within the rule"},
		{"no path", `{name: r, match: {names: ["*"]}, boundary: a}`, "r", "team", "", "", "", "must begin and end with a slash"},
		{"a path with a variable", `{name: r, match: {names: ["*"]}, boundary: a}`, "r", "/${aws:username}/", "", "", "", "must begin and end with a slash"},
		{"the whole account", `{name: r, match: {names: ["*"]}, boundary: a}`, "r", "/", "", "", "", "must begin and end with a slash"},
		{"units", `{name: r, match: {paths: ["/dev/*"], organizationalUnits: [r-a1b2]}, boundary: a}`, "r", "", "", "", "", "depends on organizational units"},
		{"account tags", `{name: r, match: {paths: ["/dev/*"], accountTags: {stage: prod}}, boundary: a}`, "r", "", "", "", "", "depends on organizational units or tags of accounts"},
		{"an earlier rule for a unit", "{name: e, match: {organizationalUnits: [r-a1b2]}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "", "", "the earlier rule e"},
		{"tags", `{name: r, match: {paths: ["/dev/*"], tags: {team: x}}, boundary: a}`, "r", "", "", "", "", "depends on tags"},
		{"another account", `{name: r, match: {paths: ["/dev/*"], accounts: ["999999999999"]}, boundary: a}`, "r", "", account, "", "", "not for account 123456789012"},
		{"no such rule", `{name: r, match: {paths: ["/dev/*"]}, boundary: a}`, "x", "", "", "", "", "the rules that require a boundary are r"},
		{"out of scope", `{name: r, match: {paths: ["/dev/*"]}, boundary: a}`, "organizations", "", "", "", "", "requires no boundary"},
		{"an earlier rule, elsewhere", "{name: q, match: {paths: [\"/ops/*\"]}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "/dev/*", "", ""},
		{"an earlier rule, within", "{name: q, match: {paths: [\"/dev/ops/*\"]}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "/dev/*", "/dev/ops/*", ""},
		{"an earlier rule, by name", "{name: q, match: {names: [\"vendor-*\"]}, boundary: none, owner: x@example.com, reason: breaks}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "/dev/*", "/*vendor-*", ""},
		{"an earlier rule, by the end of a name", "{name: q, match: {names: [\"*-admin\"]}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "/dev/*", "/*-admin", ""},
		{"an earlier rule for all of it", "{name: q, match: {paths: [\"/d*\"]}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "", "", "the earlier rule q"},
		{"an earlier rule with the same boundary", "{name: q, match: {paths: [\"/d*\"]}, boundary: a}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "/dev/*", "", ""},
		{"an earlier rule for other kinds", "{name: q, match: {kinds: [user], paths: [\"/d*\"]}, boundary: b}\n  - {name: r, match: {kinds: [role], paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "/dev/*", "", ""},
		{"an earlier rule by tags", "{name: q, match: {tags: {x: y}}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", "", "", "", "the earlier rule q"},
		{"an earlier rule of another account", "{name: q, match: {paths: [\"/d*\"], accounts: [\"999999999999\"]}, boundary: b}\n  - {name: r, match: {paths: [\"/dev/*\"]}, boundary: a}", "r", "", account, "/dev/*", "", ""},
		{"an exemption", "{name: r, match: {paths: [\"/dev/*\"]}, boundary: a}\nexemptions:\n  - {principal: \"arn:aws:iam::123456789012:role/dev/old\", owner: o@example.com, reason: old, expires: 2030-01-01}", "r", "", "", "/dev/*", "/dev/old", ""},
		{"an AWS managed boundary", `{name: r, match: {paths: ["/dev/*"]}, boundary: aws}`, "r", "", "", "/dev/*", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := loadText(t, rules+"  - "+c.rules+"\n", "")
			a, err := NewArea(cfg, c.rule, c.path, c.account)
			if err != nil {
				if c.err == "" || !strings.Contains(err.Error(), c.err) {
					t.Error(err)
				}
				return
			}
			var spared []string
			for _, e := range a.except {
				if rest, ok := strings.CutPrefix(e, "role"); ok {
					spared = append(spared, rest)
				}
			}
			if got, except := strings.Join(a.below, " "), strings.Join(spared, " "); c.err != "" || got != c.want || except != c.except {
				t.Errorf("below %s, except %s, want %s, except %s (%s)", got, except, c.want, c.except, c.err)
			}
			to := target(cfg, a, c.account)
			d := Write(a, to)
			if err := d.Prove(a, to); err != nil {
				t.Errorf("%v\n%s", err, d.Delegation)
			}
			if notes := a.Notes(); len(notes) > 0 != (c.except != "" || len(a.left) > 0) || strings.Contains(c.name, "of two") != strings.Contains(strings.Join(notes, ""), "left out") {
				t.Error(notes)
			}
		})
	}
}

// Every principal of an area, but for the exceptions, is one that the rule applies to.
func TestAreaIsWithinTheRule(t *testing.T) {
	names := []string{"app", "dev-app", "x-dev", "vendor-x", "old", "a"}
	places := []string{"/", "/dev/", "/dev/x/", "/development/", "/dev-x/", "/x/dev/", "/ops/"}
	matches := []string{
		`{paths: ["/dev/*"]}`, `{paths: ["/dev/"]}`, `{paths: ["/dev*"]}`, `{names: ["dev-*"]}`, `{paths: ["/"], names: ["*"]}`,
		`{paths: ["/dev/*", "/ops/"], names: ["a*"]}`, `{names: [app]}`, `{paths: ["/d*"], names: ["*"]}`,
	}
	earlier := []string{
		``, `{name: q, match: {names: ["vendor-*"]}, boundary: b}`, `{name: q, match: {paths: ["/dev/x/*"]}, boundary: b}`,
		`{name: q, match: {names: ["*p"], paths: ["/d*"]}, boundary: b}`,
	}
	checked := 0
	for _, m := range matches {
		for _, e := range earlier {
			text := rules
			if e != "" {
				text += "  - " + e + "\n"
			}
			c := loadText(t, text+"  - {name: r, match: "+m+", boundary: a}\n", "")
			a, err := NewArea(c, "r", "", account)
			if err != nil {
				continue
			}
			for _, place := range places {
				for _, n := range names {
					in := func(list []string) bool {
						return slices.ContainsFunc(list, func(p string) bool { return wildcard.Match(p, place+n) })
					}
					if !in(a.below) || slices.ContainsFunc(a.except, func(p string) bool { return wildcard.Match(p, "role"+place+n) }) {
						continue
					}
					checked++
					if got := c.Requirement(snapshot(t, "role"+place+n), now).Rule; got != "r" {
						t.Errorf("%s after %q: role%s%s is in the area, and rule %q applies", m, e, place, n, got)
					}
				}
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d principals", checked)
	}
}

func TestReportAnswer(t *testing.T) {
	for _, c := range []struct {
		answers []compare.Containment
		want    compare.Containment
	}{
		{nil, compare.Proven},
		{[]compare.Containment{compare.Proven, compare.Unknown, compare.Proven}, compare.Unknown},
		{[]compare.Containment{compare.Unknown, compare.Refuted}, compare.Refuted},
	} {
		r := Report{}
		for _, a := range c.answers {
			r.Holes = append(r.Holes, Hole{Answer: a})
		}
		if got := r.Answer(); got != c.want {
			t.Errorf("%v: %s", c.answers, got)
		}
	}
}
