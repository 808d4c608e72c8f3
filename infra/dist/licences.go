package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
)

// licences gathers the licence texts of all modules in a binary, and Go's own, since
// most of them ask to be passed on with it.
func licences(info *debug.BuildInfo) ([]byte, error) {
	var b bytes.Buffer
	root, err := output("go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	if err := licence(&b, "Go "+strings.TrimPrefix(runtime.Version(), "go"), root); err != nil {
		return nil, err
	}
	for _, m := range info.Deps {
		dir, err := output("go", "list", "-m", "-f", "{{.Dir}}", m.Path)
		if err != nil {
			return nil, err
		}
		if err := licence(&b, m.Path+" "+m.Version, dir); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func output(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output() //nolint:noctx // ends by itself
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}

// licence writes the licence and notice files of one folder, or of the nearest above it
// that has any, as for the modules of a repository with several.
func licence(b *bytes.Buffer, what, dir string) error {
	for depth := 0; depth < 4; depth++ {
		found, err := notices(dir)
		if err != nil {
			return err
		}
		for _, path := range found {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			fmt.Fprintf(b, "%s\n%s, %s\n%s\n\n%s\n\n", rule, what, filepath.Base(path), rule, bytes.TrimSpace(text))
		}
		if len(found) > 0 {
			return nil
		}
		dir = filepath.Dir(dir)
	}
	return fmt.Errorf("%s has no licence that could be passed on", what)
}

var rule = strings.Repeat("=", 80)

func notices(dir string) (paths []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := strings.ToUpper(strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())))
		if !e.IsDir() && slices.Contains([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE"}, name) {
			paths = append(paths, filepath.Join(dir, e.Name()))
		}
	}
	return paths, nil
}
