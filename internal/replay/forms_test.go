package replay

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringfence/ringfence/internal/forms/formstest"
	"github.com/ringfence/ringfence/internal/logs"
)

// Ensure that the same three events give the same three findings in whatever form they are, by
// file, by directory and by pipe; and that a form which does not tell all is never complete.
func TestEachFormGivesTheSameFindings(t *testing.T) {
	given := log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "one"}`},
		[3]string{"CreateUser", "12:01:00", `{"userName": "two"}`},
		[3]string{"PutRolePermissionsBoundary", "12:05:00", `{"roleName": "one", "permissionsBoundary": "` + admin + `"}`},
	)
	want := found(t, logs.Of(given...))
	if len(want) != 3 {
		t.Fatalf("%q", want)
	}
	var raw []json.RawMessage
	for _, r := range given {
		raw = append(raw, r.Raw)
	}
	for _, form := range formstest.All(raw) {
		dir := t.TempDir()
		file := filepath.Join(dir, form.File)
		if err := os.WriteFile(file, form.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{file, dir, "-"} {
			sources, err := logs.Files([]string{path}, bytes.NewReader(form.Data), nil)
			if err != nil {
				t.Fatal(err)
			}
			log := readLog(t, Reading(), sources...)
			if form.Partial {
				if s, err := Run(t.Context(), log, approved, func(Step) error { return nil }); err != nil || s.Complete {
					t.Errorf("%s from %s: %+v, %v", form.Name, filepath.Base(path), s, err)
				}
				continue
			}
			got := found(t, log)
			for told, n := range want {
				if got[told] != n {
					t.Errorf("%s from %s: %d of %s: %v", form.Name, filepath.Base(path), got[told], told, got)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s from %s: %v", form.Name, filepath.Base(path), got)
			}
		}
	}
}

// found counts the findings of a log by what they say.
func found(t *testing.T, log *logs.Log) map[string]int {
	t.Helper()
	got := map[string]int{}
	for _, f := range drifted(play(t, log, approved)) {
		got[f.Event.Name+" "+f.Principal.ARN+" "+describe(f.Finding)]++
	}
	return got
}
