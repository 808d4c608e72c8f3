package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/principal"
)

const candidateYAML = `version: 1
mode: alert
boundaries:
  a: {arn: "arn:${partition}:iam::${account}:policy/a"}
  b: {arn: "arn:${partition}:iam::${account}:policy/b"}
rules:
  - {name: names, match: {names: ["ci-*", "*-ops-?"]}, boundary: a}
  - {name: own, match: {names: ["x-${account}"]}, boundary: b}
  - {name: far, match: {accounts: ["9*"], paths: ["/far/*"]}, boundary: b}
  - {name: tags, match: {tags: {Team: ["a*", ""]}}, boundary: b}
  - {name: users, match: {kinds: [user]}, boundary: a}
  - {name: dev, match: {paths: ["/dev/*"]}, boundary: a}
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/dev/glass", owner: o, reason: r, expires: 2099-01-01}
  - {principal: "arn:aws:iam::${account}:role/dev/every", owner: o, reason: r, expires: 2099-01-01}
  - {principal: "arn:aws:iam::123456789012:role/dev/pinned", id: AROAPINNEDPINNEDPIND, owner: o, reason: r, expires: 2099-01-01}
  - {principal: "arn:aws:iam::123456789012:role/dev/lapsed", owner: o, reason: r, expires: 2020-01-01}
`

func candidateConfig(t testing.TB) *config.Config {
	t.Helper()
	f, err := config.Load("f", []byte(candidateYAML), nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var moment = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// role is a role of which all is known.
func role(path, name, id string) (principal.Snapshot, principal.Partial) {
	s := principal.Snapshot{Ref: principal.Ref{Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: path, Name: name}, ID: id}
	return s, principal.Partial{
		Kind: s.Kind, Partition: "aws", Account: principal.Known(s.Account), Path: principal.Known(path), Name: principal.Known(name), ID: principal.Known(id),
	}
}

// names lists candidates.
func names(list []config.Candidate) string {
	var all []string
	for _, c := range list {
		name := c.Rule
		if name == "" {
			name = "-"
		}
		if c.Exempt {
			name += "!"
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

func TestCandidates(t *testing.T) {
	f := candidateConfig(t)
	unknown := principal.Unknown()
	prefix := func(s string) principal.Text { return principal.Known(s).Then(unknown) }
	for _, c := range []struct {
		what string
		with func(*principal.Partial)
		want string
	}{
		{"all is known", func(*principal.Partial) {}, "dev"},
		{"a name", func(p *principal.Partial) { p.Name = unknown }, "names names! own own! dev dev!"},
		{"a name that certainly matches", func(p *principal.Partial) { p.Name = prefix("ci-") }, "names"},
		{"a name that cannot match some", func(p *principal.Partial) { p.Name = prefix("web-") }, "names dev"},
		{"a name that may be of an exempt one", func(p *principal.Partial) { p.Name = prefix("gla") }, "names names! dev dev!"},
		{"a path", func(p *principal.Partial) { p.Path = prefix("/") }, "dev -"},
		{"a path that certainly matches", func(p *principal.Partial) { p.Path = prefix("/dev/") }, "dev"},
		{"tags", func(p *principal.Partial) { p.OtherTags = true }, "tags dev"},
		{"the value of a tag", func(p *principal.Partial) { p.Tags = map[string]principal.Text{"team": unknown} }, "tags dev"},
		{"the value of another tag", func(p *principal.Partial) { p.Tags = map[string]principal.Text{"stage": unknown} }, "dev"},
		{"a value that begins right", func(p *principal.Partial) { p.Tags = map[string]principal.Text{"TEAM": prefix("ab")} }, "tags"},
		{"a value that begins wrong", func(p *principal.Partial) { p.Tags = map[string]principal.Text{"TEAM": prefix("b")} }, "dev"},
		{"an account, for a path of other accounts", func(p *principal.Partial) { p.Account, p.Path = unknown, principal.Known("/far/x/") }, "far -"},
		{"an account in a name", func(p *principal.Partial) { p.Account, p.Name = unknown, principal.Known("x-123456789012") }, "own dev"},
		{"an account, for an exemption of one account", func(p *principal.Partial) { p.Account, p.Name = unknown, principal.Known("glass") }, "dev dev!"},
		{"an account, for an exemption of every account", func(p *principal.Partial) { p.Account, p.Name = unknown, principal.Known("every") }, "dev!"},
		{"an id", func(p *principal.Partial) { p.Name, p.ID = principal.Known("pinned"), unknown }, "dev dev!"},
		{"a new id", func(p *principal.Partial) { p.Name, p.ID = principal.Known("pinned"), principal.Known(principal.NewID) }, "dev"},
		{"the id of an exemption", func(p *principal.Partial) {
			p.Name, p.ID = principal.Known("pinned"), principal.Known("AROAPINNEDPINNEDPIND")
		}, "dev!"},
		{"a lapsed exemption", func(p *principal.Partial) { p.Name = principal.Known("lapsed") }, "dev"},
	} {
		s, p := role("/dev/", "app", "AROAAPP")
		c.with(&p)
		s.Name, s.Path, s.Account, s.ID = p.Name.Fill("Z"), p.Path.Fill("Z/"), p.Account.Fill("000000000000"), p.ID.Fill("Z")
		if got := names(f.Candidates(s, p, moment)); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// The requirement of each candidate is the one that its name says.
func TestCandidatesRequire(t *testing.T) {
	f := candidateConfig(t)
	s, p := role("/dev/", "Z", "AROAZ")
	p.Name = principal.Unknown()
	for _, c := range f.Candidates(s, p, moment) {
		if q := c.Config.Requirement(s, moment); q.Rule != c.Rule || (q.Exempt != nil) != c.Exempt || q.Boundary.ARN == "" {
			t.Errorf("%+v: %+v", c, q)
		}
	}
	s, p = role("/dev/", "lapsed", "AROAZ")
	if q := f.Candidates(s, p, moment)[0].Config.Requirement(s, moment); q.Lapsed == nil {
		t.Error("a lapsed exemption is lost")
	}
	s, p = role("/dev/", "pinned", principal.NewID)
	if q := f.Candidates(s, p, moment)[0].Config.Requirement(s, moment); q.Namesake == nil {
		t.Error("the exemption of a namesake is lost")
	}
}

// Whatever an unknown part becomes, what is then required is among the candidates.
func FuzzCandidates(f *testing.F) {
	cfg := candidateConfig(f)
	f.Add("/dev/", "ap", "p", "a", byte(0))
	f.Add("/dev/", "gl", "ass", "", byte(1))
	f.Add("/", "x-ops", "-1", "b", byte(7))
	f.Add("/far/", "ci", "-x", "abc", byte(2))
	f.Fuzz(func(t *testing.T, path, begin, end, tag string, unknown byte) {
		s, p := role("/"+strings.Trim(path, "/")+"/", begin+end, "AROAPINNEDPINNEDPIND")
		s.Tags = map[string]string{"team": tag}
		p.Tags = map[string]principal.Text{"team": principal.Known(tag)}
		if unknown&1 != 0 {
			p.Name = principal.Known(begin).Then(principal.Unknown())
		}
		if unknown&2 != 0 {
			p.Tags, p.OtherTags = nil, true
		}
		if unknown&4 != 0 {
			p.Path = principal.Known("/").Then(principal.Unknown())
		}
		if unknown&8 != 0 {
			p.ID = principal.Unknown()
		}
		if unknown&16 != 0 {
			p.Account = principal.Unknown()
		}
		want := cfg.Requirement(s, moment)
		list := cfg.Candidates(s, p, moment)
		if !slices.ContainsFunc(list, func(c config.Candidate) bool { return c.Rule == want.Rule && c.Exempt == (want.Exempt != nil) }) {
			t.Errorf("%+v: %s %v is not among %s", p, want.Rule, want.Exempt != nil, names(list))
		}
		if unknown == 0 && len(list) != 1 {
			t.Errorf("all is known, and there are %d candidates: %s", len(list), fmt.Sprint(names(list)))
		}
	})
}
