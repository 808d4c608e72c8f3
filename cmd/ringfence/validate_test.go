package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/config"
)

// validate runs the command as a user would.
func validate(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := root()
	cmd.SetArgs(append([]string{"validate"}, args...))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	code = run(t.Context(), cmd)
	return out.String(), errs.String(), code
}

func writeConfig(t *testing.T, dir, text string) string {
	t.Helper()
	path := filepath.Join(dir, "ringfence.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const validConfig = `version: 1
mode: alert
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - name: developers
    match: {kinds: [role], paths: ["/dev/*"]}
    boundary: team
    mode: enforce
    onIncomparable: alert
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/old", owner: me, reason: migration, expires: 2020-01-01}
`

const approved = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`

func TestValidateShowsTheRules(t *testing.T) {
	dir := t.TempDir()
	path := writeConfig(t, dir, validConfig)
	if err := os.WriteFile(filepath.Join(dir, "team.json"), []byte(approved), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := validate(t, path)
	if code != exitNothing || stderr != "" {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	for _, want := range []string{
		"developers", "kinds role; paths /dev/*", "narrower", "reattach, incomparable: alert", "enforce", "2020-01-01 (expired)", "migration",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in\n%s", want, stdout)
		}
	}
}

func TestValidateUsesTheUsualName(t *testing.T) {
	t.Chdir(t.TempDir())
	writeConfig(t, ".", strings.NewReplacer(", document: team.json", "", "mode: enforce", "mode: alert").Replace(validConfig))
	stdout, _, code := validate(t)
	if code != exitNothing || !strings.Contains(stdout, `warning: boundary "team" has no document`) {
		t.Errorf("exit code %d:\n%s", code, stdout)
	}
}

func TestValidateReportsAllProblems(t *testing.T) {
	path := writeConfig(t, t.TempDir(), strings.NewReplacer("alert\nb", "warn\nb", "[role]", "[roles]").Replace(validConfig))
	stdout, stderr, code := validate(t, path)
	if code != exitBad || stdout != "" {
		t.Errorf("exit code %d, stdout %q", code, stdout)
	}
	for _, want := range []string{
		path + `:2: mode: "warn" is not a mode (observe, alert, enforce)`,
		path + `:4: boundaries.team.document: cannot read "team.json": no such file or directory`,
		path + `:7: rules[0].match.kinds: "roles" is not a kind (role, user)`,
	} {
		if !strings.Contains(stderr, want+"\n") {
			t.Errorf("line %q is not in\n%s", want, stderr)
		}
	}
}

// Documents are read only from below the configuration's directory, also through links.
func TestValidateStaysInItsFolder(t *testing.T) {
	dir, outside := t.TempDir(), filepath.Join(t.TempDir(), "team.json")
	path := writeConfig(t, dir, validConfig)
	if err := os.WriteFile(outside, []byte(approved), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "team.json")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if _, stderr, code := validate(t, path); code != exitBad || !strings.Contains(stderr, "cannot read") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
}

func TestValidateBadUsage(t *testing.T) {
	for _, args := range [][]string{{"a", "b"}, {filepath.Join(t.TempDir(), "gone.yaml")}, {"--nonsense"}} {
		if _, stderr, code := validate(t, args...); code != exitBad || stderr == "" {
			t.Errorf("%v: exit code %d, stderr %q", args, code, stderr)
		}
	}
}

func TestValidatePrintsBoundaries(t *testing.T) {
	path := writeConfig(t, t.TempDir(), strings.NewReplacer(", document: team.json", "", "mode: enforce", "mode: alert", "onIncomparable: alert", "onIncomparable: quarantine").Replace(validConfig))
	want := "arn:aws-cn:iam::123456789012:policy/team,arn:aws-cn:iam::aws:policy/AWSDenyAll\n"
	if stdout, stderr, code := validate(t, path, "--boundary-arns", "123456789012", "--partition", "aws-cn"); code != exitNothing || stdout != want {
		t.Errorf("exit code %d: %q, %s", code, stdout, stderr)
	}
}

func TestValidatePrintsTheSchema(t *testing.T) {
	if stdout, _, code := validate(t, "--schema"); code != exitNothing || stdout != config.Schema() {
		t.Errorf("exit code %d, %d bytes", code, len(stdout))
	}
}

const scopedConfig = `version: 1
mode: alert
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - {preset: organizations, owner: platform@example.com}
  - {name: tagged, match: {tags: {stage: prod}}, boundary: team}
  - name: developers
    match: {names: ["*"]}
    boundary: team
exemptions:
  - principal: arn:aws:iam::123456789012:role/break-glass # the one we use
    owner: security@example.com
    reason: incident response
    expires: 2099-01-31
  - {principal: "arn:aws:iam::123456789012:role/old", id: AROA0000000000000009, owner: me, reason: migration, expires: 2020-01-01}
  - {principal: "arn:aws:iam::123456789012:user/gone", owner: me, reason: migration, expires: 2099-01-31}
  - {principal: "arn:aws:iam::210987654321:user/elsewhere", id: AIDA0000000000000010, owner: me, reason: migration, expires: 2099-01-31}
`

const scopedState = `{"RoleDetailList": [
  {"Path": "/", "RoleName": "break-glass", "RoleId": "AROA0000000000000001", "Arn": "arn:aws:iam::123456789012:role/break-glass", "AssumeRolePolicyDocument": {}},
  {"Path": "/", "RoleName": "old", "RoleId": "AROA0000000000000002", "Arn": "arn:aws:iam::123456789012:role/old", "AssumeRolePolicyDocument": {}},
  {"Path": "/", "RoleName": "OrganizationAccountAccessRole", "RoleId": "AROA0000000000000003", "Arn": "arn:aws:iam::123456789012:role/OrganizationAccountAccessRole", "AssumeRolePolicyDocument": {}},
  {"Path": "/", "RoleName": "AWSControlTowerExecution", "RoleId": "AROA0000000000000004", "Arn": "arn:aws:iam::123456789012:role/AWSControlTowerExecution", "AssumeRolePolicyDocument": {}}
]}`

// scoped writes a configuration that causes warnings, and an account to compare it with.
func scoped(t *testing.T) (config, state string) {
	t.Helper()
	dir := t.TempDir()
	state = filepath.Join(dir, "account.json")
	for path, text := range map[string]string{filepath.Join(dir, "team.json"): approved, state: scopedState} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return writeConfig(t, dir, scopedConfig), state
}

// Without an account, rules are compared with the names that platforms use. With an account,
// they are compared with its roles, and exemptions with its principals.
func TestValidateWarns(t *testing.T) {
	path, state := scoped(t)
	const (
		tower     = `warning: rule "developers" requires boundary "team" for roles of an AWS platform (AWS Control Tower governs accounts through roles of this name): `
		byName    = `warning: the exemption of arn:aws:iam::123456789012:role/break-glass is by name`
		nobody    = `warning: the exemption of arn:aws:iam::123456789012:user/gone matches no principal in account 123456789012: remove it`
		another   = `warning: the exemption of arn:aws:iam::123456789012:role/old is for AROA0000000000000009, but the principal with that name is now AROA0000000000000002`
		ended     = `warning: the exemption of arn:aws:iam::123456789012:role/old expired on 2020-01-01 and has no effect`
		anyTag    = `warning: rule "tagged" depends on tags (stage): an actor that may tag a principal chooses whether it applies; guard the keys with the SCP in infra/scp`
		stackSet  = `preset: stacksets`
		elsewhere = "user/elsewhere is for"
		orgs      = `preset: organizations`
	)
	for _, c := range []struct {
		args          []string
		want, notWant []string
	}{
		{[]string{path}, []string{tower + "AWSControlTowerExecution, AWSControlTowerAdmin, ", stackSet, byName, ended, anyTag}, []string{nobody, another, elsewhere, orgs}},
		{[]string{path, "--state", state}, []string{tower + "AWSControlTowerExecution; put \"preset: control-tower\" before it", byName, ended, anyTag, nobody, another}, []string{stackSet, elsewhere, orgs}},
	} {
		stdout, stderr, code := validate(t, c.args...)
		if code != exitNothing || stderr != "" || !strings.Contains(stdout, "nothing: AWS Organizations makes") {
			t.Errorf("exit code %d, %q:\n%s", code, stderr, stdout)
		}
		for _, want := range c.want {
			if !strings.Contains(stdout, want) {
				t.Errorf("%v: no %q in\n%s", c.args, want, stdout)
			}
		}
		for _, not := range c.notWant {
			if strings.Contains(stdout, not) {
				t.Errorf("%v: %q in\n%s", c.args, not, stdout)
			}
		}
	}
}

func TestValidatePins(t *testing.T) {
	path, state := scoped(t)
	want := strings.Replace(scopedConfig, "  - principal: arn:aws:iam::123456789012:role/break-glass", "  - id: AROA0000000000000001\n    principal: arn:aws:iam::123456789012:role/break-glass", 1)
	if stdout, stderr, code := validate(t, path, "--state", state, "--pin"); code != exitNothing || stdout != want {
		t.Errorf("exit code %d, %q:\n%s", code, stderr, stdout)
	}
	for _, args := range [][]string{{path, "--pin"}, {path, "--pin", "--state", path}, {path, "--state", filepath.Join(t.TempDir(), "gone.json")}} {
		if stdout, stderr, code := validate(t, args...); code != exitBad || stderr == "" || stdout != "" {
			t.Errorf("%v: exit code %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

// Placeholders in a document are filled in for the account, and likely mistakes are reported.
func TestValidateLintsDocuments(t *testing.T) {
	dir := t.TempDir()
	path := writeConfig(t, dir, validConfig)
	lint := func(document string) string {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "team.json"), []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		stdout, stderr, code := validate(t, path)
		if code != exitNothing || stderr != "" {
			t.Fatalf("exit code %d, %q", code, stderr)
		}
		return stdout
	}
	const statement = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}`
	if out := lint(strings.Replace(statement, `"*"`, `"arn:${partition}:s3:::data-${account}/${aws:username}/*"`, 1)); strings.Contains(out, `warning: boundary "team"`) {
		t.Errorf("a valid document causes a warning:\n%s", out)
	}
	for document, want := range map[string]string{
		strings.Replace(statement, "GetObject", "GetObjct", 1):                  `warning: boundary "team" has the action s3:GetObjct, which is not among those that are known today; is it s3:GetObject?`,
		strings.Replace(statement, "s3:GetObject", "*", 1):                      `warning: boundary "team" allows everything: it is no limit to anybody`,
		strings.Replace(statement, "Allow", "Deny", 1):                          `warning: boundary "team" allows nothing: who carries it can do nothing at all, which is an outage`,
		strings.Replace(statement, "s3:GetObject", "iam:DeleteRole*", 1):        `warning: boundary "team" lets its holder take boundaries off: it allows iam:DeleteRolePermissionsBoundary on `,
		strings.Replace(statement, "s3:GetObject", "iam:SetDefault*", 1):        `warning: boundary "team" lets its holder edit the boundary itself: it allows iam:SetDefaultPolicyVersion on arn:aws:iam::123456789012:policy/team`,
		strings.Replace(statement, `"*"`, `"arn:aws:s3:::${acount}/*"`, 1):      `warning: boundary "team" has the variable ${acount}, which neither IAM nor Ringfence has`,
		strings.Replace(statement, "s3:GetObject", "lambda:UpdateFunction*", 1): `warning: boundary "team" lets its holder switch off the control: it allows lambda:UpdateFunctionCode on `,
	} {
		if out := lint(document); !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "team.json"), []byte(strings.Replace(statement, `"*"`, `"arn:aws:s3:::${Account}/*"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := validate(t, path); code != exitBad || !strings.Contains(stderr, "team.json: ${Account} must be written as ${account}") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}
