package check_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/check"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/principal"
)

const (
	id         = "123456789012"
	teamARN    = "arn:aws:iam::" + id + ":policy/team"
	configYAML = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
  ops: {arn: "arn:${partition}:iam::${account}:policy/ops", document: ops.json}
  far: {arn: "arn:${partition}:iam::${account}:policy/far", document: ops.json}
  bare: {arn: "arn:${partition}:iam::${account}:policy/bare"}
rules:
  - {name: platform, match: {paths: ["/platform/*"]}, boundary: none, reason: r, owner: o}
  - {name: prod, match: {accounts: ["9*"], paths: ["/prod/*"]}, boundary: ops}
  - {name: far, match: {accounts: ["9*"], paths: ["/far/*"]}, boundary: far}
  - {name: ci, match: {names: ["ci-*"]}, boundary: ops}
  - {name: bare, match: {paths: ["/bare/*"]}, boundary: bare, mode: alert}
  - {name: tagged, match: {tags: {team: "*"}}, boundary: team}
  - {name: dev, match: {paths: ["/dev/*"]}, boundary: team}
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/dev/glass", id: AROAGLASSGLASSGLASSG, owner: o, reason: r, expires: 2099-01-31}
  - {principal: "arn:aws:iam::123456789012:role/dev/lapsed", owner: o, reason: r, expires: 2026-01-31}
  - {principal: "arn:aws:iam::123456789012:role/dev/free", owner: o, reason: r, expires: 2099-01-31}
`
	team = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}]}`
	ops  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}]}`
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func configuration(t testing.TB) *config.Config {
	t.Helper()
	f, err := config.Load("f", []byte(configYAML), func(name string) ([]byte, error) {
		return []byte(map[string]string{"team.json": team, "ops.json": ops}[name]), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// role returns a role that is created, with a known account.
func role(path, name, boundary string) iac.Principal {
	p := iac.Principal{
		Place: iac.Place{File: "f", Line: 3, Address: name}, Change: iac.Create, Kind: principal.Role, Attribute: "permissions_boundary",
		Home: iac.Home{Account: iac.Known(id), Partition: iac.Known("aws")}, Name: iac.Known(name), Path: iac.Known(path),
	}
	if boundary != "" {
		p.Boundary = iac.Known(boundary)
	}
	return p
}

func with(p iac.Principal, change func(*iac.Principal)) iac.Principal {
	change(&p)
	return p
}

func policy(name, document string) iac.Policy {
	return iac.Policy{
		Place: iac.Place{File: "f", Address: name}, Change: iac.Update, Home: iac.Home{Account: iac.Known(id), Partition: iac.Known("aws")},
		Name: iac.Known(name), Path: iac.Known("/"), Document: iac.Known(document),
	}
}

func run(t testing.TB, c check.Checker, p iac.Plan) *check.Report {
	t.Helper()
	c.Config, c.Now, p.File = configuration(t), now, "f"
	return c.Run(t.Context(), []*iac.Plan{&p})
}

// verdict returns the verdict on one principal in words.
func verdict(t testing.TB, c check.Checker, p iac.Principal, policies ...iac.Policy) string {
	t.Helper()
	r := run(t, c, iac.Plan{Principals: []iac.Principal{p}, Policies: policies, OneAccount: true})
	if len(r.Principals) != 1 {
		return "not reported"
	}
	got := r.Principals[0]
	if got.Reason == "" {
		t.Errorf("%s: no reason", got.Address)
	}
	if got.State == assess.Outside {
		if got.Fix == "" || got.Required == "" && got.Drift != finding.Moved {
			t.Errorf("%s: fix %q, required %q", got.Address, got.Fix, got.Required)
		}
		return fmt.Sprintf("outside %s %s", got.Drift, got.Severity)
	}
	if strings.Contains(got.Reason+got.Required+got.Attached+got.ARN, iac.NoAccount) {
		t.Errorf("%s: the stand-in is shown: %+v", got.Address, got)
	}
	return string(got.State)
}

func TestVerdicts(t *testing.T) {
	s3 := []principal.IdentityPolicy{{Source: principal.Inline, Name: "x", Document: []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`)}}
	iam := []principal.IdentityPolicy{{Source: principal.Inline, Name: "x", Document: []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}`)}}
	unknown := iac.Unknown("why not")
	wide := policy("team", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`)
	for _, c := range []struct {
		what     string
		p        iac.Principal
		policies []iac.Policy
		want     string
	}{
		{"carries it", role("/dev/", "a", teamARN), nil, "inside"},
		{"none", role("/dev/", "a", ""), nil, "outside missing medium"},
		{"none, but grants only what it allows", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Identity = s3 }), nil, "outside missing medium"},
		{"none, and grants more", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Identity = iam }), nil, "outside missing critical"},
		{"none, and unknown policies", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.IdentityUnknown = "x" }), nil, "outside missing high"},
		{"another, not known", role("/dev/", "a", "arn:aws:iam::aws:policy/PowerUserAccess"), nil, "outside replaced medium"},
		{"a narrower one of the plan", role("/dev/", "a", "arn:aws:iam::"+id+":policy/own"), []iac.Policy{policy("own", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`)}, "inside"},
		{"a wider one of the plan", with(role("/dev/", "a", "arn:aws:iam::"+id+":policy/own"), func(p *iac.Principal) { p.Identity = iam }), []iac.Policy{policy("own", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "iam:*"], "Resource": "*"}]}`)}, "outside replaced critical"},
		{"one of the plan with an unknown document", role("/dev/", "a", "arn:aws:iam::"+id+":policy/own"), []iac.Policy{{Change: iac.Create, Home: wide.Home, Name: iac.Known("own"), Path: iac.Known("/"), Document: unknown}}, "unknown"},
		{"quarantine is not what the rule asks for, but allows less", role("/dev/", "a", "arn:aws:iam::aws:policy/AWSDenyAll"), nil, "inside"},
		{"an unknown one", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Boundary = unknown }), nil, "unknown"},
		{"a partly unknown one", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Boundary = iac.Known(teamARN[:20]).Then(unknown) }), nil, "unknown"},
		{"an unknown one, where none is required", with(role("/else/", "a", ""), func(p *iac.Principal) { p.Boundary = unknown }), nil, "uncovered"},
		{"an unknown one, out of scope", with(role("/platform/", "a", ""), func(p *iac.Principal) { p.Boundary = unknown }), nil, "out-of-scope"},
		{"the required one, wider in the plan", role("/dev/", "a", teamARN), []iac.Policy{wide}, "outside widened critical"},
		{"the required one, unknown in the plan", role("/dev/", "a", teamARN), []iac.Policy{{Change: iac.Update, Home: wide.Home, Name: iac.Known("team"), Path: iac.Known("/"), Document: unknown}}, "unknown"},
		{"the required one, deleted by the plan", role("/dev/", "a", teamARN), []iac.Policy{{Change: iac.Delete, Home: wide.Home, Name: iac.Known("team"), Path: iac.Known("/")}}, "inside"},
		{"deleted, and created again", role("/dev/", "a", teamARN), []iac.Policy{policy("team", team), {Change: iac.Delete, Home: wide.Home, Name: iac.Known("team"), Path: iac.Known("/")}}, "inside"},
		{"required without an approved document", role("/bare/", "a", "arn:aws:iam::"+id+":policy/bare"), nil, "inside"},
		{"exempt", role("/dev/", "free", ""), nil, "exempt"},
		{"exempt, and lapsed", role("/dev/", "lapsed", ""), nil, "outside exemption-expired medium"},
		{"the exempt one", with(role("/dev/", "glass", ""), func(p *iac.Principal) { p.Change, p.ID = iac.Update, "AROAGLASSGLASSGLASSG" }), nil, "exempt"},
		{"the exempt one is replaced", with(role("/dev/", "glass", ""), func(p *iac.Principal) { p.Change = iac.Replace }), nil, "outside missing medium"},
		{"perhaps the exempt one", with(role("/dev/", "glass", ""), func(p *iac.Principal) { p.Change = iac.Declare }), nil, "unknown"},
		{"perhaps the exempt one, with a boundary", with(role("/dev/", "glass", teamARN), func(p *iac.Principal) { p.Change = iac.Declare }), nil, "exempt"},
		{"an unknown name", with(role("/dev/", "a", teamARN), func(p *iac.Principal) { p.Name = unknown }), nil, "unknown"},
		{"an unknown name that begins right", with(role("/dev/", "a", teamARN), func(p *iac.Principal) { p.Name = iac.Known("web-").Then(unknown) }), nil, "inside"},
		{"an unknown name, and nothing that it needs", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Name = iac.Known("web-").Then(unknown) }), nil, "outside missing medium"},
		{"an unknown path", with(role("", "a", teamARN), func(p *iac.Principal) { p.Path = unknown }), nil, "unknown"},
		{"an unknown path, without a boundary", with(role("", "a", ""), func(p *iac.Principal) { p.Path = unknown }), nil, "unknown"},
		{"unknown tags", with(role("/else/", "a", ""), func(p *iac.Principal) { p.TagsUnknown = "why not" }), nil, "unknown"},
		{"a tag", with(role("/else/", "a", ""), func(p *iac.Principal) { p.Tags = map[string]iac.Value{"team": unknown} }), nil, "outside missing medium"},
		{"deleted", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Change = iac.Delete }), nil, "not reported"},
		{"unchanged", with(role("/dev/", "a", ""), func(p *iac.Principal) { p.Change = iac.Keep }), nil, "not reported"},
		{"service-linked", role("/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX", ""), nil, "service-linked"},
	} {
		if got := verdict(t, check.Checker{}, c.p, c.policies...); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestMoves(t *testing.T) {
	before := principal.Snapshot{Ref: principal.Ref{Partition: "aws", Account: id, Kind: principal.Role, Path: "/dev/", Name: "a"}, ID: "AROAA", Boundary: teamARN, Tags: map[string]string{"stage": "x"}}
	for _, c := range []struct {
		what   string
		change func(p *iac.Principal)
		want   string
	}{
		{"a path that no rule has", func(p *iac.Principal) { p.Path = iac.Known("/else/") }, "outside moved medium"},
		{"out of scope", func(p *iac.Principal) { p.Path = iac.Known("/platform/") }, "outside moved medium"},
		{"an exempt name", func(p *iac.Principal) { p.Name = iac.Known("free") }, "outside moved medium"},
		{"another rule, with its boundary", func(p *iac.Principal) {
			p.Name, p.Boundary = iac.Known("ci-a"), iac.Known("arn:aws:iam::"+id+":policy/ops")
		}, "inside"},
		{"another rule, without its boundary", func(p *iac.Principal) { p.Name = iac.Known("ci-a") }, "outside replaced high"},
		{"a tag that no rule has", func(p *iac.Principal) { p.Tags = map[string]iac.Value{"other": iac.Known("y")} }, "inside"},
		{"not", func(*iac.Principal) {}, "inside"},
	} {
		p := with(role("/dev/", "a", teamARN), func(p *iac.Principal) { p.Change, p.ID, p.Before = iac.Update, "AROAA", &before })
		c.change(&p)
		if got := verdict(t, check.Checker{}, p); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// A verdict that depends on the account is unknown until the account is known.
func TestAccounts(t *testing.T) {
	open := func(path, boundary string) iac.Principal {
		return with(role(path, "a", boundary), func(p *iac.Principal) { p.Home = iac.Home{} })
	}
	symbolic := "arn:aws:iam::" + iac.NoAccount + ":policy/"
	for _, c := range []struct {
		what string
		c    check.Checker
		p    iac.Principal
		want string
	}{
		{"the same in every account", check.Checker{}, open("/dev/", symbolic+"team"), "inside"},
		{"outside in every account", check.Checker{}, open("/dev/", ""), "outside missing medium"},
		{"another policy in every account", check.Checker{}, open("/dev/", symbolic+"ops"), "outside replaced medium"},
		{"a rule of some accounts", check.Checker{}, open("/prod/", ""), "unknown"},
		{"a rule of some accounts, inside", check.Checker{}, open("/prod/", symbolic+"ops"), "uncovered"},
		{"a boundary of some accounts", check.Checker{}, open("/far/", symbolic+"far"), "uncovered"},
		{"a rule of other accounts", check.Checker{Account: id}, open("/prod/", ""), "uncovered"},
		{"a rule of this account", check.Checker{Account: "999999999999"}, open("/prod/", ""), "outside missing medium"},
		{"the account of its boundary", check.Checker{}, open("/dev/", teamARN), "inside"},
		{"a boundary of another account", check.Checker{Account: "999999999999"}, open("/dev/", teamARN), "outside replaced medium"},
		{"a contradiction", check.Checker{}, with(open("/dev/", symbolic+"team"), func(p *iac.Principal) { p.Account = iac.Unknown("two accounts") }), "inside"},
	} {
		if got := verdict(t, c.c, c.p); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

func TestPolicies(t *testing.T) {
	open := func(p iac.Policy) iac.Policy { p.Home = iac.Home{}; return p }
	for _, c := range []struct {
		what string
		p    iac.Policy
		want string
	}{
		{"as approved", policy("team", team), "approved"},
		{"spelt otherwise", policy("Team", team), "approved"},
		{"wider", policy("team", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`), "widened critical"},
		{"narrower", policy("team", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`), "altered low"},
		{"not a policy", policy("team", `{}`), "altered high"},
		{"not known", iac.Policy{Change: iac.Update, Home: policy("", "").Home, Name: iac.Known("team"), Path: iac.Known("/"), Document: iac.Unknown("x")}, "unknown"},
		{"deleted", iac.Policy{Change: iac.Delete, Home: policy("", "").Home, Name: iac.Known("team"), Path: iac.Known("/")}, "absent-policy high"},
		{"created without an approved document", iac.Policy{Change: iac.Create, Home: policy("", "").Home, Name: iac.Known("bare"), Path: iac.Known("/"), Document: iac.Known(team)}, "unapproved"},
		{"changed without an approved document", policy("bare", team), "unknown"},
		{"a name that may be required", iac.Policy{Change: iac.Create, Home: policy("", "").Home, Name: iac.Known("te").Then(iac.Unknown("x")), Path: iac.Known("/"), Document: iac.Known(team)}, "unknown"},
		{"a name that may not", iac.Policy{Change: iac.Create, Home: policy("", "").Home, Name: iac.Known("web").Then(iac.Unknown("x")), Path: iac.Known("/"), Document: iac.Known(team)}, ""},
		{"another", policy("other", team), ""},
		{"unchanged", iac.Policy{Change: iac.Keep, Home: policy("", "").Home, Name: iac.Known("team"), Path: iac.Known("/"), Document: iac.Known(ops)}, ""},
		{"perhaps required, in an unknown account", open(policy("far", team)), "unknown"},
		{"perhaps required, and as approved", open(policy("far", ops)), "approved"},
		{"in an unknown account", open(policy("team", ops)), "altered critical"},
	} {
		r := run(t, check.Checker{}, iac.Plan{Policies: []iac.Policy{c.p}})
		got := ""
		for _, p := range r.Policies {
			got = p.Verdict()
			if p.Drift != finding.None {
				got += " " + string(p.Severity)
			}
			if p.Reason == "" || strings.Contains(p.Reason+p.ARN, iac.NoAccount) {
				t.Errorf("%s: %+v", c.what, p)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// The state tells what the plan does not: documents, existing principals, and their policies.
func TestState(t *testing.T) {
	arn := "arn:aws:iam::" + id + ":"
	state := func(teamDocument string) []*authdetails.Details {
		entities := map[string]any{
			"RoleDetailList": []map[string]any{{
				"RoleName": "glass", "Path": "/dev/", "RoleId": "AROAGLASSGLASSGLASSG", "Arn": arn + "role/dev/glass", "AssumeRolePolicyDocument": map[string]any{},
				"RolePolicyList": []map[string]any{{"PolicyName": "own", "PolicyDocument": json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}`)}},
			}},
			"Policies": []map[string]any{{"PolicyName": "team", "Arn": teamARN, "DefaultVersionId": "v1", "PolicyVersionList": []map[string]any{{"VersionId": "v1", "IsDefaultVersion": true, "Document": json.RawMessage(teamDocument)}}}},
		}
		text, err := json.Marshal(entities)
		if err != nil {
			t.Fatal(err)
		}
		d, err := authdetails.Read(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return []*authdetails.Details{d}
	}
	declared := func(path, name, boundary string) iac.Principal {
		return with(role(path, name, boundary), func(p *iac.Principal) { p.Change, p.Home = iac.Declare, iac.Home{} })
	}
	for _, c := range []struct {
		what  string
		state string
		p     iac.Principal
		want  string
	}{
		{"the exempt one", team, declared("/dev/", "glass", ""), "exempt"},
		{"the exempt one, replaced", team, declared("/dev/", "new", ""), "outside missing medium"},
		{"a new path replaces it", team, declared("/dev/x/", "glass", ""), "outside missing medium"},
		{"a path that is not known does not", team, with(declared("", "glass", teamARN), func(p *iac.Principal) { p.Path = iac.Known("/dev/").Then(iac.Unknown("x")) }), "exempt"},
		{"a boundary that is not as approved", ops, declared("/dev/", "a", teamARN), "outside altered critical"},
		{"a boundary that is", team, declared("/dev/", "a", teamARN), "inside"},
		{"a boundary that does not exist", team, declared("/dev/", "a", "arn:aws:iam::"+id+":policy/x"), "outside replaced medium"},
		{"policies of an existing one", team, with(role("/dev/", "glass", ""), func(p *iac.Principal) { p.Change, p.ID = iac.Update, "AROAOTHER" }), "outside missing critical"},
	} {
		if got := verdict(t, check.Checker{States: state(c.state)}, c.p); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
	whole := state(team)
	r := run(t, check.Checker{States: whole}, iac.Plan{Principals: []iac.Principal{role("/prod/", "ci-x", "arn:aws:iam::"+id+":policy/ops")}})
	if got := strings.Join(r.Warnings, " "); !strings.Contains(got, "policy/ops does not exist") || strings.Contains(got, "policy/team") || len(r.Assumed) > 0 {
		t.Errorf("%s; %s", got, r.Assumed)
	}
	filtered, err := authdetails.Read(strings.NewReader(`{"RoleDetailList": [{"RoleName": "x", "Path": "/", "RoleId": "AROAX", "Arn": "` + arn + `role/x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := verdict(t, check.Checker{States: []*authdetails.Details{filtered}}, role("/dev/", "a", teamARN)); got != "unknown" {
		t.Errorf("a state without policies: %s", got)
	}
	if got := verdict(t, check.Checker{}, with(role("/dev/", "glass", ""), func(p *iac.Principal) { p.Change, p.ID = iac.Update, "AROAOTHER" })); got != "outside missing high" {
		t.Errorf("policies of an existing one, without a state: %s", got)
	}
}

// sample has one of each.
func sample(t testing.TB) *check.Report {
	return run(t, check.Checker{}, iac.Plan{
		Format: "test", Partial: []string{"it ends\x1b in the middle"},
		Principals: []iac.Principal{
			role("/dev/", "<in>|`side`", teamARN), with(role("/dev/", "out", ""), func(p *iac.Principal) { p.Notes = []string{"n"} }),
			with(role("/dev/", "open", ""), func(p *iac.Principal) { p.Boundary = iac.Unknown("https://example.com <b>") }), role("/platform/", "p", ""),
		},
		Policies: []iac.Policy{policy("team", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`), policy("bare", team)},
	})
}

func TestFormats(t *testing.T) {
	r := sample(t)
	var out bytes.Buffer
	if err := r.WriteJUnit(&out); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Cases []struct {
				Name string `xml:"name,attr"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(out.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 7 || suites.Failures != 3 || suites.Errors != 3 || len(suites.Suites) != 2 || len(suites.Suites[0].Cases) != 6 {
		t.Errorf("%+v:\n%s", suites, out.String())
	}
	out.Reset()
	if err := r.WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	if md := out.String(); strings.Contains(md, "https://") || strings.Contains(md, "\x1b") || strings.Contains(md, "\n| medium | ` out `") == strings.Contains(md, "\n| high | ` out `") {
		t.Errorf("%s", md)
	}
	out.Reset()
	if err := r.WriteSARIF(&out, "1"); err != nil {
		t.Fatal(err)
	}
	var log struct {
		Runs []struct {
			Results []struct {
				RuleID, Level, Kind string
				Locations           []struct {
					PhysicalLocation struct{ Region struct{ StartLine int } }
				}
			}
			Invocations []struct{ ExecutionSuccessful bool }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, result := range log.Runs[0].Results {
		kinds[result.Kind+" "+result.RuleID]++
	}
	if fmt.Sprint(kinds) != "map[fail missing:1 fail widened:2 open not-judged:2]" || log.Runs[0].Invocations[0].ExecutionSuccessful {
		t.Errorf("%v", kinds)
	}
	if line := log.Runs[0].Results[2].Locations[0].PhysicalLocation.Region.StartLine; line != 3 {
		t.Errorf("line %d", line)
	}
	if !r.Drifted() || !r.Incomplete() {
		t.Errorf("%+v", r.Summary)
	}
	if h := r.Headline(); h != "4 principals would be created or changed: 2 outside, 1 unknown, 1 out of scope; 1 boundary policy would not be as approved; 1 boundary policy could not be assessed." {
		t.Error(h)
	}
}

// Two resources that set the same policy contradict each other: which one would be in force is not known.
func TestContradiction(t *testing.T) {
	other := policy("Team", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`)
	for _, policies := range [][]iac.Policy{{policy("team", team), other}, {other, policy("team", team)}} {
		r := run(t, check.Checker{}, iac.Plan{Policies: policies, Principals: []iac.Principal{role("/dev/", "a", teamARN)}})
		if r.Summary.PoliciesUnknown != 2 || r.Principals[0].State != assess.Unknown {
			t.Errorf("%+v", r)
		}
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := check.Checker{Config: configuration(t), Now: now}
	r := c.Run(ctx, []*iac.Plan{{File: "f", Principals: []iac.Principal{role("/dev/", "a", "")}}})
	if !r.Incomplete() || len(r.Principals) != 0 {
		t.Errorf("%+v", r)
	}
}
