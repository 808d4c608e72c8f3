package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openTestdata opens the approved documents of the samples.
func openTestdata(path string) ([]byte, error) { return fs.ReadFile(os.DirFS("testdata"), path) }

func samples(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples in %s: %v", dir, err)
	}
	out := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = data
	}
	return out
}

func load(t testing.TB, name string) *Config {
	t.Helper()
	f, err := Load(name, samples(t, "good")[name], openTestdata)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLoadTakesGoodFiles(t *testing.T) {
	for name, data := range samples(t, "good") {
		if _, err := Load(name, data, openTestdata); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// Ensure that each bad sample has exactly the problems that its comments name, on their lines.
func TestLoadGivesAllProblemsWithTheirLines(t *testing.T) {
	for name, data := range samples(t, "bad") {
		t.Run(name, func(t *testing.T) {
			_, err := Load(name, data, openTestdata)
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("error %v is no Problems", err)
			}
			for i, line := range strings.Split(string(data), "\n") {
				for _, want := range strings.Split(line, "# problem: ")[1:] {
					problems = take(t, problems, i+1, strings.TrimRight(want, " "))
				}
			}
			for _, f := range problems {
				t.Errorf("unexpected: %v", f)
			}
		})
	}
}

// take removes the problem with the wanted text from those of a line.
func take(t *testing.T, problems Problems, line int, want string) Problems {
	for i, f := range problems {
		if f.Line == line && strings.Contains(f.Error(), want) {
			return append(problems[:i:i], problems[i+1:]...)
		}
	}
	t.Errorf("line %d: no problem %q", line, want)
	return problems
}

func TestFaultsOfTheWholeFile(t *testing.T) {
	for data, want := range map[string]string{
		"":                                  "f:1: is empty",
		"\n\n# nothing\n":                   "f:1: is empty",
		"---\n":                             "f:2: is empty",
		"version: 1\n---\nversion: 1\n":     "f:2: a second document begins here; a configuration has one",
		"version: 1\n  mode: x\n":           "f:2: is not YAML: mapping values are not allowed in this context",
		"version: 1\nmode: [a\n":            "f:2: is not YAML: ",
		"version: 1\nmode: \"a\x00b\"\n":    "f:2: has the control character 0x0",
		"version: 1\n\nmode: \xff\n":        "f:3: is not text in UTF-8",
		"[1, 2]":                            "f:1: must be a mapping (key: value), not a list",
		"version: 1\nmode: x\n- y\n":        "f:3: is not YAML: did not find expected key",
		"text":                              "f:1: must be a mapping (key: value), not text",
		strings.Repeat("#", maxSize) + "\n": "f:1: has 1048577 bytes; a configuration has at most 1048576",
	} {
		_, err := Load("f", []byte(data), openTestdata)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: %v, want one problem %q", data, err, want)
		}
	}
}

// Ensure that an alias that would expand to 10⁹ values costs nothing, because it is not expanded.
func TestLoadExpandsNoAliases(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	_, err := Load("f", []byte(b.String()), openTestdata)
	if err == nil || !strings.Contains(err.Error(), "f:2: aliases (*a0) are not allowed") {
		t.Errorf("%v", err)
	}
}

func TestFaultsAreErrors(t *testing.T) {
	_, err := Load("f", []byte("version: 1\nmode: x\nrules: []\n"), openTestdata)
	var problem *Problem
	if !errors.As(err, &problem) || problem.Line < 1 {
		t.Errorf("errors.As(%v) gives %+v", err, problem)
	}
	if got, want := strings.Count(err.Error(), "\n"), 2; got != want {
		t.Errorf("%d line breaks in %q, want %d", got, err, want)
	}
}

func FuzzLoad(f *testing.F) {
	for _, dir := range []string{"good", "bad"} {
		for _, data := range samples(f, dir) {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := Load("f", data, openTestdata)
		if err == nil {
			if len(cfg.Rules()) == 0 {
				t.Error("a configuration without a rule was accepted")
			}
			return
		}
		lines := strings.Count(string(data), "\n") + strings.Count(string(data), "\r") + 1
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("%v is no Problems", err)
		}
		for _, f := range problems {
			if f.Line < 1 || f.Line > lines+1 || f.Message == "" {
				t.Errorf("problem %+v of a file with %d lines", f, lines)
			}
		}
	})
}
