package acceptance

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/authdetails/accounttest"
)

// fixtures returns all accounts in test files, each with the configuration next to it.
func fixtures(t *testing.T) (list []scene) {
	t.Helper()
	for _, f := range invented(t) {
		list = append(list, scene{name: filepath.Base(string(f)), state: must[[]byte](t)(f.read("state.json")), config: f})
	}
	for _, s := range scenarios(t) {
		if readable(s.State) {
			list = append(list, scene{name: s.Name, state: s.State, config: scenarioFiles{s}, control: s.Control})
		}
	}
	scripts := must[[]string](t)(filepath.Glob("../../cmd/ringfence/testdata/script/*.txtar"))
	for _, path := range scripts {
		found := files{"ringfence.yaml": anyConfig, "team.json": accounttest.Approved}
		for _, f := range must[*txtar.Archive](t)(txtar.ParseFile(path)).Files {
			found[f.Name] = string(f.Data)
		}
		for name, text := range found {
			if strings.HasSuffix(name, ".json") && readable([]byte(text)) {
				list = append(list, scene{name: filepath.Base(path) + " " + name, state: []byte(text), config: found})
			}
		}
	}
	for _, path := range must[[]string](t)(filepath.Glob("../../cmd/ringfence/testdata/check/*/account.json")) {
		text := must[[]byte](t)(folder(".").read(path))
		list = append(list, scene{name: path, state: text, config: files{"ringfence.yaml": anyConfig, "team.json": accounttest.Approved}})
	}
	var large bytes.Buffer
	if err := accounttest.Write(&large, 60); err != nil {
		t.Fatal(err)
	}
	list = append(list, scene{name: "large", state: large.Bytes(), config: files{"ringfence.yaml": strings.ReplaceAll(anyConfig, "policy/team", "policy/team-boundary"), "team.json": accounttest.Approved}})
	if len(list) < 80 {
		t.Fatalf("only %d states", len(list))
	}
	return list
}

// anyConfig is the configuration for states without one.
const anyConfig = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - {name: everyone, match: {names: ["*"]}, boundary: team}
`

// readable reports whether a file holds an account with at least one principal, and with IAM's
// unique ids.
func readable(text []byte) bool {
	d, err := authdetails.Read(bytes.NewReader(text))
	return err == nil && len(d.Principals) > 0 && !slices.ContainsFunc(d.Principals, func(p authdetails.Principal) bool { return p.ID == "" })
}

// TestEveryStateInAFileIsLookedAt ensures that no fixture in another folder is forgotten.
func TestEveryStateInAFileIsLookedAt(t *testing.T) {
	known := map[string]bool{}
	for _, s := range fixtures(t) {
		known[string(s.state)] = true
	}
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(path) != ".json" {
			return err
		}
		if text := must[[]byte](t)(folder(".").read(path)); bytes.Contains(text, []byte(`DetailList"`)) && readable(text) && !known[string(text)] {
			t.Errorf("%s is an account that no test compares", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
