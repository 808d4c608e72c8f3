package acceptance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

// folder is a configuration in a folder.
type folder string

func (f folder) read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(f), name))
}

// invented returns accounts with policies as teams write them. Some principals are outside their
// boundaries: see testdata/accounts.
func invented(t *testing.T) []folder {
	t.Helper()
	list := []folder{"../../events/shop"}
	for _, path := range must[[]string](t)(filepath.Glob("testdata/accounts/*/state.json")) {
		list = append(list, folder(filepath.Dir(path)))
	}
	if len(list) < 4 {
		t.Fatalf("only %d accounts", len(list))
	}
	return list
}

func (f folder) world(t *testing.T) *world {
	t.Helper()
	return newWorld(t, must[[]byte](t)(f.read("state.json")), f)
}

// TestExplainAgreesInInventedAccounts judges every principal, and asks explain about every request
// in a finding.
func TestExplainAgreesInInventedAccounts(t *testing.T) {
	shown := 0
	for _, f := range invented(t) {
		t.Run(filepath.Base(string(f)), func(t *testing.T) {
			w := f.world(t)
			for _, p := range w.details().Principals {
				before := w.details()
				name, key := "PutRolePolicy", "roleName"
				if p.Kind == principal.User {
					name, key = "PutUserPolicy", "userName"
				}
				for _, f := range w.handle(eventIn("aws", w.account, "event-"+p.Name, name, map[string]any{key: p.Name})) {
					shown += w.agrees(t, before, f)
					if strings.Contains(f.Reason, "not known") || strings.Contains(f.Reason, "not proven") || strings.Contains(f.Reason, "could not prove") {
						t.Errorf("the analysis gave up on ordinary policies: %s", line(f))
					}
				}
			}
		})
	}
	if shown < 40 {
		t.Errorf("only %d witnesses were seen", shown)
	}
}
