package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// runCommand runs a command line, and returns what it prints and its exit code.
func runCommand(t *testing.T, line string) (printed string, code int) {
	t.Helper()
	var out, failed bytes.Buffer
	cmd := root()
	cmd.SetArgs(strings.Fields(line))
	cmd.SetOut(&out)
	cmd.SetErr(&failed)
	code = run(t.Context(), cmd)
	if code == exitBad {
		t.Fatalf("ringfence %s: %s", line, failed.String())
	}
	return out.String(), code
}

// TestCheckShapes checks the plans and templates in testdata/check. Each folder has the command lines in
// args, and in want.txt what they print.
func TestCheckShapes(t *testing.T) {
	t.Chdir("testdata/check")
	t.Setenv("COLUMNS", "130")
	folders, err := filepath.Glob("*/args")
	if err != nil || len(folders) < 6 {
		t.Fatalf("%v, %v", folders, err)
	}
	for _, args := range folders {
		folder := filepath.Dir(args)
		t.Run(folder, func(t *testing.T) {
			lines, err := os.ReadFile(args)
			if err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for line := range strings.Lines(string(lines)) {
				printed, code := runCommand(t, strings.TrimSpace(line))
				fmt.Fprintf(&got, "$ ringfence %s%s[exit status %d]\n\n", line, withoutTrailing(printed), code)
			}
			compareWithFile(t, filepath.Join(folder, "want.txt"), got.String())
		})
	}
}

// withoutTrailing returns text without spaces at the ends of lines.
func withoutTrailing(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return b.String()
}

// compareWithFile compares text with a file, or writes it there with -update.
func compareWithFile(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has (go test ./cmd/ringfence -run Check -update writes it):\n%s\ngot:\n%s", path, want, got)
	}
}

// pluginDir names a folder with the AWS provider, as terraform providers mirror makes it.
const pluginDir = "RINGFENCE_TERRAFORM_PLUGINS"

// TestCheckPlansOfTerraform makes the plans in testdata/check again, with Terraform itself. It needs
// terraform, and the AWS provider in a folder, since tests do not use the network:
//
//	RINGFENCE_TERRAFORM_PLUGINS=/path go test ./cmd/ringfence -run CheckPlansOfTerraform
//
// With -update it records the plans.
func TestCheckPlansOfTerraform(t *testing.T) {
	plugins := os.Getenv(pluginDir)
	if plugins == "" {
		t.Skipf("%s is not set", pluginDir)
	}
	sources, err := filepath.Glob("testdata/check/terraform-*/main.tf")
	if err != nil || len(sources) < 3 {
		t.Fatalf("%v, %v", sources, err)
	}
	all := t.TempDir()
	if err := os.CopyFS(all, os.DirFS("testdata/check")); err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		folder := filepath.Dir(source)
		t.Run(filepath.Base(folder), func(t *testing.T) {
			at := filepath.Join(all, filepath.Base(folder))
			terraform := func(args ...string) []byte {
				cmd := exec.CommandContext(t.Context(), "terraform", append([]string{"-chdir=" + at}, args...)...)
				cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_IN_AUTOMATION=1")
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("terraform %v: %v\n%s", args, err, out)
				}
				return out
			}
			terraform("init", "-input=false", "-no-color", "-plugin-dir="+plugins)
			terraform("plan", "-refresh=false", "-input=false", "-no-color", "-out=tfplan")
			plan := terraform("show", "-json", "tfplan")
			if *update {
				var indented bytes.Buffer
				if err := json.Indent(&indented, plan, "", " "); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(folder, "plan.json"), indented.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			recorded := filepath.Join(at, "plan.json")
			check := "check --all --config testdata/check/ringfence.yaml " + recorded
			want, _ := runCommand(t, check)
			if err := os.WriteFile(recorded, plan, 0o600); err != nil {
				t.Fatal(err)
			}
			if got, _ := runCommand(t, check); got != want {
				t.Errorf("the recorded plan gives\n%s\nand a new one\n%s", want, got)
			}
		})
	}
}
