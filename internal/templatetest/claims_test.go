package templatetest_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/policy"
)

// threats is the file with the attacks.
const threats = "../../docs/threat-model.md"

// rows returns the cells of the table under a heading of a file.
func rows(t *testing.T, file, heading string) (out [][]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "\n"+heading+"\n")
	table, _, _ = strings.Cut(table, "\n\n")
	if !found {
		t.Fatalf("there is no table %s", heading)
	}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		out = append(out, cells)
	}
	return out[1:] // the first is the separator below the heading
}

// TestGuard decides each claim of the README, and the README has each claim that it decides.
func TestClaimsAreProved(t *testing.T) {
	var claimed []string
	for _, row := range rows(t, filepath.Join(infra, "README.md"), "| claim | what the SCPs keep |") {
		claimed = append(claimed, strings.Trim(row[0], "`"))
	}
	slices.Sort(claimed)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(guards(single(t)))), claimed); diff != "" {
		t.Errorf("decided (-) and claimed (+):\n%s", diff)
	}
}

// Each attack has a row, and the row names its proof: at least one of TestGuard's claims for what
// is stopped, and a scenario or test for what Ringfence does.
func TestAttacksAreAnswered(t *testing.T) {
	scenarios, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{} // named proofs, and their kind
	for _, s := range scenarios {
		known["events/"+s.Name] = "own"
	}
	for name := range guards(single(t)) {
		known["guard/"+name] = "guard"
	}
	for _, name := range tests(t) {
		known[name] = "own"
	}
	named := map[string]bool{}
	table := rows(t, threats, "| # | attack | before | SCP and RCP | Ringfence by itself | shown by |")
	for i, row := range table {
		if len(row) != 6 || row[0] != strconv.Itoa(i+1) || row[2] == "" {
			t.Errorf("row %d is %q", i+1, row)
			continue
		}
		shown := map[string]int{}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[5], -1) {
			if known[m[1]] == "" {
				t.Errorf("attack %s: there is no %s", row[0], m[1])
			}
			shown[known[m[1]]]++
			named[m[1]] = true
		}
		if stopped := strings.HasPrefix(row[3], "stopped"); stopped != (shown["guard"] > 0) || !stopped && row[3] != "no" {
			t.Errorf("attack %s: %q, with %d claims that show it", row[0], row[3], shown["guard"])
		}
		if row[4] != "nothing" && shown["own"] == 0 {
			t.Errorf("attack %s: nothing shows %q", row[0], row[4])
		}
	}
	for name, kind := range known {
		if kind == "guard" && !named[name] {
			t.Errorf("%s answers no attack", name)
		}
	}
	if len(table) < 21 {
		t.Errorf("%d attacks, want 21 at least", len(table))
	}
}

// tests returns the names of all tests of the repository.
func tests(t *testing.T) (names []string) {
	t.Helper()
	declared := regexp.MustCompile(`(?m)^func (Test[A-Z]\w*)\(t \*testing\.T\)`)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() != ".." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllSubmatch(text, -1) {
			names = append(names, string(m[1]))
		}
		return err
	})
	if err != nil || len(names) < 100 {
		t.Fatalf("%d tests: %v", len(names), err)
	}
	return names
}

// The SCP approves the boundaries of the sample configuration, and a quarantine.
func TestTheSCPApprovesTheBoundariesOfTheConfiguration(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(infra, "ringfence.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := config.Load("ringfence.yaml", data, func(p string) ([]byte, error) { return os.ReadFile(filepath.Join(infra, p)) })
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"arn:*:iam::aws:policy/AWSDenyAll"}
	for _, b := range f.Boundaries("aws", account) {
		want = append(want, strings.NewReplacer("arn:aws:", "arn:*:", account, "*").Replace(b.ARN))
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, exceptions(t, "ArnNotLike", "iam:PermissionsBoundary")); diff != "" {
		t.Errorf("configured (-) and approved (+):\n%s", diff)
	}
}

// Each caller that a statement exempts by name is guarded by another statement: no other principal
// creates a role with that name, changes who may assume it or what it may do, or passes it to a
// service.
func TestEveryExceptionIsGuarded(t *testing.T) {
	p := organization(t)
	for _, name := range exceptions(t, "ArnNotLike", "aws:PrincipalArn") {
		if strings.Contains(name, "role/aws-reserved/") {
			continue // IAM lets only Identity Center create or change these
		}
		arn := strings.NewReplacer("arn:*:", "arn:aws:", "::*:", "::"+account+":", "/*", "/x").Replace(name)
		for _, action := range []string{"iam:CreateRole", "iam:DeleteRole", "iam:UpdateAssumeRolePolicy", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole"} {
			claim{arn, action, arn, boundedBy(team), false}.hold(t, p, iamARN+"role/admin")
		}
	}
}

// exceptions returns all values of a key with an operator in the SCPs, sorted, without duplicates.
func exceptions(t *testing.T, operator, key string) (values []string) {
	t.Helper()
	for _, file := range []string{"scp/guard-boundaries.json", "scp/guard-control.json"} {
		text, err := os.ReadFile(filepath.Join(infra, file))
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Statements {
			for _, c := range s.Conditions {
				if c.Operator.String() == operator && c.Key == key {
					values = append(values, c.Values...)
				}
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// The README's commands that replace names do so everywhere, and IAM still accepts the documents.
func TestNamesCanBeChanged(t *testing.T) {
	if _, err := exec.LookPath("perl"); err != nil {
		t.Skip("no perl here")
	}
	changed := map[string][2]string{ // by the first cell: the text before, and after
		"`role/ringfence-deployer`":        {"role/ringfence-deployer", "role/platform/deploy"},
		"`role/ringfence-operator`":        {"role/ringfence-operator", "role/platform/operate"},
		"`AWSReservedSSO_RingfenceAdmin_`": {"RingfenceAdmin", "AWSReservedSSO_SecurityAdmin_"},
		"`ringfence-rule`":                 {"ringfence-rule", `"class"`},
		"`ringfence-*`, and roles by name": {"ringfence-*", "role/ringfence/guard-enforce"},
	}
	for _, row := range rows(t, filepath.Join(infra, "README.md"), "| in the files | is | change it with |") {
		command := strings.Trim(row[2], "`")
		if !strings.HasPrefix(command, "perl ") {
			continue
		}
		dir := t.TempDir()
		if err := os.CopyFS(filepath.Join(dir, "infra"), os.DirFS(infra)); err != nil {
			t.Fatal(err)
		}
		run := exec.CommandContext(t.Context(), "sh", "-c", command)
		run.Dir = dir
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", command, err, out)
		}
		var all strings.Builder
		files, _ := filepath.Glob(filepath.Join(dir, "infra/*/*.json"))
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil || !json.Valid(text) {
				t.Errorf("%s: %s is not JSON: %v", command, f, err)
			}
			all.Write(text)
		}
		words, ok := changed[row[0]]
		if !ok {
			t.Errorf("a command for %s, which this test does not know", row[0])
		}
		if text := all.String(); strings.Contains(text, words[0]) || !strings.Contains(text, words[1]) {
			t.Errorf("%s leaves %s, or does not put in %s", command, words[0], words[1])
		}
		delete(changed, row[0])
	}
	if len(changed) > 0 {
		t.Errorf("no command for %v", changed)
	}
}
