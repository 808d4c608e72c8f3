package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAuditWritesThePage: the page covers the account, and only its owner can read the file.
func TestAuditWritesThePage(t *testing.T) {
	const shop = "../../events/shop/"
	path := filepath.Join(t.TempDir(), "report.html")
	cmd := root()
	cmd.SetArgs([]string{"audit", "--config", shop + "ringfence.yaml", "--state", shop + "state.json", "--html", path})
	cmd.SetOut(new(bytes.Buffer))
	if code := run(t.Context(), cmd); code == exitBad {
		t.Fatalf("exit status %d", code)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<!DOCTYPE html>", "arn:aws:iam::111122223333:role/ci/deploy-catalogue", "put-role-permissions-boundary --role-name deploy-catalogue"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the mode of the file is %o", mode)
	}
}
