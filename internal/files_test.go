package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFileTables: where a package comment says what each file is about, it names each, and no other.
func TestFileTables(t *testing.T) {
	row := regexp.MustCompile(`(?m)^//\t([a-z_0-9]+\.go)\s+\S`)
	tables := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "doc.go" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		_, table, ok := strings.Cut(string(text), "\n// # File by file\n")
		if !ok {
			return nil
		}
		tables++
		var listed []string
		for _, m := range row.FindAllStringSubmatch(table, -1) {
			listed = append(listed, m[1])
		}
		files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.go"))
		if err != nil {
			return err
		}
		for _, file := range files {
			name := filepath.Base(file)
			if name == "doc.go" || strings.HasSuffix(name, "_test.go") {
				continue
			}
			if !slices.Contains(listed, name) {
				t.Errorf("%s does not say what %s is about", path, name)
			}
			listed = slices.DeleteFunc(listed, func(s string) bool { return s == name })
		}
		for _, name := range listed {
			t.Errorf("%s names %s twice, or there is no such file", path, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if tables == 0 {
		t.Error("no package comment has a table of its files")
	}
}
