package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestReadmeShowsRealOutput compares what the README shows with what the commands print.
func TestReadmeShowsRealOutput(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for heading, args := range map[string][]string{
		"## Two commands": {"demo"},
		"## Would it have helped last month?": {
			"replay", "--boundary", "arn:aws:iam::123456789012:policy/team-boundary",
			"--boundary-document", "infra/boundaries/team.json", "docs/example-log.json",
		},
		"## What would a boundary break?":             {"impact", "events/shop/team-boundary.json", "--state", "events/shop/state.json", "docs/example-calls.json"},
		"## Who would be outside after a deployment?": {"check", "--config", "events/shop/ringfence.yaml", "docs/example-template.yaml"},
		"## Who may create roles?": {
			"delegate", "check", "docs/example-delegation.json", "--boundary", "arn:aws:iam::123456789012:policy/team-boundary", "--within", "role/team/*",
		},
		"## Who is outside today?": {"audit", "--config", "events/shop/ringfence.yaml", "--state", "events/shop/state.json"},
	} {
		t.Setenv("COLUMNS", map[string]string{"audit": "140", "check": "140", "impact": "140", "delegate": "140"}[args[0]]) // the width of the block in the README
		var out bytes.Buffer
		cmd := root()
		cmd.SetArgs(args)
		cmd.SetOut(&out)
		if code := run(t.Context(), cmd); code == exitBad {
			t.Fatalf("%v: exit status %d", args, code)
		}
		printed := strings.Split(out.String(), "\n")
		for i := range printed {
			printed[i] = strings.TrimRight(printed[i], " ")
		}
		shown := lastBlock(t, string(readme), heading)
		if len(shown) < 5 {
			t.Errorf("%q shows only %d lines", heading, len(shown))
		}
		for _, line := range shown {
			if line != "" && line != "…" && !strings.HasPrefix(line, "$ ") && !slices.Contains(printed, line) {
				t.Errorf("%q shows a line that %v does not print:\n%s", heading, args, line)
			}
		}
	}
}

// lastBlock returns the lines of the last code block in the section with a heading.
func lastBlock(t *testing.T, text, heading string) []string {
	t.Helper()
	_, section, ok := strings.Cut(text, heading+"\n")
	if !ok {
		t.Fatalf("the README has no %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	blocks := strings.Split(section, "```\n")
	if len(blocks) < 3 {
		t.Fatalf("%q has no code block", heading)
	}
	return strings.Split(strings.TrimRight(blocks[len(blocks)-2], "\n"), "\n")
}

// The alert that the README shows is the beginning of a mail as package publish writes it.
func TestReadmeShowsARealAlert(t *testing.T) {
	t.Chdir("../..")
	mail, err := os.ReadFile("internal/publish/testdata/missing-repaired.txt")
	if err != nil {
		t.Fatal(err)
	}
	begins, _, ok := strings.Cut(string(mail), "\nATT&CK:")
	if !ok {
		t.Fatal("the mail names no technique, where the README ends its excerpt")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(readme), "<!-- alert -->\n")
	shown, after, closed := strings.Cut(rest, "<!-- /alert -->")
	if !opened || !closed {
		t.Fatal("the README has no place for an alert")
	}
	want := "```\n" + begins + "\n…\n```\n"
	if *update {
		if err := os.WriteFile("README.md", []byte(before+"<!-- alert -->\n"+want+"<!-- /alert -->"+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if shown != want {
		t.Errorf("the README shows another alert than the mail (go test ./cmd/ringfence -run Readme -update):\n%s\nthe mail:\n%s", shown, want)
	}
}
