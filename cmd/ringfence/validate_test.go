package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fence"
)

// validate runs the command as a user does.
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
		"developers", "kinds role; paths /dev/*", "narrower", "reattach, incomparable: alert", "enforce", "2020-01-01 (lapsed)", "migration",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in\n%s", want, stdout)
		}
	}
}

func TestValidateUsesTheUsualName(t *testing.T) {
	t.Chdir(t.TempDir())
	writeConfig(t, ".", strings.Replace(validConfig, ", document: team.json", "", 1))
	stdout, _, code := validate(t)
	if code != exitNothing || !strings.Contains(stdout, `warning: boundary "team" has no document`) {
		t.Errorf("exit code %d:\n%s", code, stdout)
	}
}

func TestValidateTellsAllFaults(t *testing.T) {
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
			t.Errorf("no line %q in\n%s", want, stderr)
		}
	}
}

// A document is read from below the configuration's folder only, also through a link.
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
	path := writeConfig(t, t.TempDir(), strings.NewReplacer(", document: team.json", "", "onIncomparable: alert", "onIncomparable: quarantine").Replace(validConfig))
	want := "arn:aws-cn:iam::123456789012:policy/team,arn:aws-cn:iam::aws:policy/AWSDenyAll\n"
	if stdout, stderr, code := validate(t, path, "--boundary-arns", "123456789012", "--partition", "aws-cn"); code != exitNothing || stdout != want {
		t.Errorf("exit code %d: %q, %s", code, stdout, stderr)
	}
}

func TestValidatePrintsTheSchema(t *testing.T) {
	if stdout, _, code := validate(t, "--schema"); code != exitNothing || stdout != fence.Schema() {
		t.Errorf("exit code %d, %d bytes", code, len(stdout))
	}
}
