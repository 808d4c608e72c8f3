package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestFileTables: where a package comment says what each file is about, it names each file, and no other.
// Where it also says that calls go down the table, no function of a file calls one of a file above it.
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
		set := token.NewFileSet()
		var files []*ast.File
		names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.go"))
		if err != nil {
			return err
		}
		for _, name := range names {
			base := filepath.Base(name)
			if base == "doc.go" || strings.HasSuffix(base, "_test.go") {
				continue
			}
			if n := len(slices.Collect(indexes(listed, base))); n != 1 {
				t.Errorf("%s lists %s %d times", path, base, n)
			}
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				return err
			}
			files = append(files, file)
		}
		if len(listed) != len(files) {
			t.Errorf("%s lists %d files, and there are %d", path, len(listed), len(files))
		}
		if strings.Contains(table, "Calls go down this table") {
			checkCalls(t, set, files, listed)
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

// indexes yields where s stands in a list.
func indexes(list []string, s string) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i, one := range list {
			if one == s && !yield(i) {
				return
			}
		}
	}
}

// checkCalls reports uses of functions that are declared in a file which is listed earlier.
func checkCalls(t *testing.T, set *token.FileSet, files []*ast.File, listed []string) {
	t.Helper()
	// What is imported does not matter, so that it stays unknown, and so do errors.
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := &types.Config{Error: func(error) {}}
	pkg, _ := config.Check(files[0].Name.Name, set, files, info)
	at := func(p token.Pos) int { return slices.Index(listed, filepath.Base(set.Position(p).Filename)) }
	calls := 0
	for id, object := range info.Uses {
		f, ok := object.(*types.Func)
		if !ok || f.Pkg() != pkg {
			continue
		}
		calls++
		if at(f.Pos()) < at(id.Pos()) {
			t.Errorf("%s uses %s of %s, which stands above it in the table", set.Position(id.Pos()), f.Name(), filepath.Base(set.Position(f.Pos()).Filename))
		}
	}
	if calls < 10 {
		t.Errorf("%s: only %d calls found: the check is broken", pkg.Name(), calls)
	}
}
