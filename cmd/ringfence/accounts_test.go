package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/localaws/organizations"
	"github.com/ringfence/ringfence/internal/principal"
)

// Rules by unit and by tags of the account need what AWS Organizations says of it. Without it, no command has an opinion.
func TestRulesByOrganizationalUnit(t *testing.T) {
	server := organizationOf(t, 3)
	server.Organizations.SetTags("200000000000", map[string]string{"stage": "test"})
	write := writer(t, t.TempDir())
	of := func(args ...string) (code int, out, errs string) {
		var stdout, stderr bytes.Buffer
		cmd := root()
		cmd.SetArgs(args)
		cmd.SetOut(&stdout)
		cmd.SetErr(&stderr)
		code = run(t.Context(), cmd)
		return code, stdout.String(), stderr.String()
	}
	rules := write("ringfence.yaml", `version: 1
mode: alert
boundaries: {team: {arn: "arn:${partition}:iam::${account}:policy/team"}}
rules:
  - {name: test, match: {accountTags: {stage: test}, names: ["app*"]}, boundary: none, owner: o@example.com, reason: tests}
  - {name: workloads, match: {organizationalUnits: [`+organizations.UnitID("Workloads")+`]}, boundary: team}
`)
	code, out, errs := of("accounts")
	var all []principal.Account
	if err := json.Unmarshal([]byte(out), &all); code != exitNothing || err != nil || len(all) != 4 || all[1].UnitPath() == "" || all[0].Tags == nil {
		t.Fatalf("exit status %d, %v, %+v\n%s", code, err, all, errs)
	}
	accounts := write("accounts.json", out)

	// The states are as by account: which rule applied to app.
	check := func(args ...string) {
		t.Helper()
		_, out, errs := of(append([]string{"audit", "--config", rules, "--json"}, args...)...)
		var r audit.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatalf("%v\n%s", err, errs)
		}
		got := map[string]string{}
		for _, p := range r.Principals {
			if strings.HasSuffix(p.ARN, "/app") {
				got[p.Account] = p.Rule
			}
		}
		for id, want := range map[string]string{"111111111111": "", "200000000000": "test", "200000000001": "workloads"} {
			if rule, ok := got[id]; rule != want || !ok {
				t.Errorf("%v: account %s: rule %q (%v), want %q", args, id, rule, ok, want)
			}
		}
	}
	check("--org", "--external-id", "an external id")
	var files []string
	for _, id := range []string{"111111111111", "200000000000", "200000000001"} {
		files = append(files, "--state", write(id+".json", `{"RoleDetailList": [{"RoleName": "app", "RoleId": "AROA`+id+`", "Path": "/", "Arn": "arn:aws:iam::`+id+`:role/app", "AssumeRolePolicyDocument": {}}], "Policies": []}`))
	}
	check(append(files, "--accounts", accounts)...)

	template := write("template.yaml", "Resources: {R: {Type: AWS::IAM::Role, Properties: {RoleName: app, AssumeRolePolicyDocument: {}}}}")
	unknown := `rule "test" depends on accountTags, and what AWS Organizations says of account 111111111111 is not known`
	for name, args := range map[string][]string{
		"audit":    append([]string{"audit", "--config", rules}, files...),
		"validate": {"validate", rules, files[0], files[1], "--impact", "../../events/create-role-without-boundary.json"},
		"explain":  {"explain", files[0], files[1], "--config", rules, "--principal", "arn:aws:iam::111111111111:role/app", "--action", "s3:GetObject"},
	} {
		code, _, errs := of(args...)
		if code != exitBad || !strings.Contains(errs, unknown) || !strings.Contains(errs, "give --accounts FILE") {
			t.Errorf("%s: exit status %d, %s", name, code, errs)
		}
	}
	code, out, errs = of("check", "--config", rules, "--account", "111111111111", template)
	if code != exitPartial || !strings.Contains(out, "unknown") {
		t.Errorf("check: exit status %d, %s%s", code, out, errs)
	}
	if _, out, _ := of("check", "--json", "--config", rules, "--account", "111111111111", template); !strings.Contains(out, "what AWS Organizations says of account 111111111111 is not known: give --accounts") {
		t.Errorf("check: %s", out)
	}
	if code, out, errs := of("check", "--config", rules, "--account", "200000000001", "--accounts", accounts, template); code != exitFound {
		t.Errorf("check with the accounts: exit status %d, %s%s", code, out, errs)
	}
	if code, _, errs := of("check", "--config", rules, "--accounts", write("bad.json", "{}"), template); code != exitBad || !strings.Contains(errs, "not a list of accounts") {
		t.Errorf("exit status %d, %s", code, errs)
	}
	const event = "../../events/create-role-without-boundary.json" // in account 123456789012
	if code, _, errs := of("replay", "--config", rules, event); code != exitBad || !strings.Contains(errs, "give --accounts FILE") {
		t.Errorf("replay: exit status %d, %s", code, errs)
	}
	for in, want := range map[string]struct {
		code int
		text string
	}{
		`[{"id": "123456789012", "units": [{"id": "r-a1b2"}, {"id": "` + organizations.UnitID("Workloads") + `"}], "tags": {}}]`: {exitFound, "rule workloads (alert)"},
		`[{"id": "123456789012", "units": [{"id": "r-a1b2"}], "tags": {}}]`:                                                      {exitNothing, "1 judged"},
		`[{"id": "123456789012", "units": [{"id": "r-a1b2"}]}]`:                                                                  {exitBad, `"test" depends on accountTags`},
		`[{"id": "123456789011", "units": [{"id": "r-a1b2"}]}]`:                                                                  {exitBad, "account 123456789012 is not known"},
		"{}": {exitBad, "not a list of accounts"},
	} {
		code, out, errs := of("replay", "--config", rules, "--accounts", write("facts.json", in), event)
		if words := strings.Join(strings.Fields(out+errs), " "); code != want.code || !strings.Contains(words, want.text) {
			t.Errorf("replay with %s: exit status %d, %s", in, code, words)
		}
	}
	if code, _, errs := of("validate", rules); code != exitNothing {
		t.Errorf("validate: exit status %d, %s", code, errs)
	}
}
