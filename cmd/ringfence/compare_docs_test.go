package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCompareDocs: the output in docs/compare.md is that of the documents there.
func TestCompareDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/compare.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("COLUMNS", "110")
	block := func(title string) string {
		m := regexp.MustCompile("`" + regexp.QuoteMeta(title) + "`:\n\n```[a-z]*\n((?s:.*?))```\n").FindSubmatch(text)
		if m == nil {
			t.Fatal("no block of ", title)
		}
		return string(m[1])
	}
	for _, name := range []string{"old.json", "new.json"} {
		if err := os.WriteFile(filepath.Clean(name), []byte(block(name)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, errs bytes.Buffer
	cmd := root()
	cmd.SetArgs(strings.Fields("compare --all new.json old.json"))
	cmd.SetOut(&out)
	cmd.SetErr(&errs)
	if code := run(t.Context(), cmd); code != exitFound {
		t.Errorf("exit code %d: %s", code, errs.String())
	}
	if want := block("ringfence compare --all new.json old.json"); out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
