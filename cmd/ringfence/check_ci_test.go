package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is the GitHub Action, as GitHub reads it.
type action struct {
	Inputs map[string]struct {
		Default  string
		Required bool
	}
	Runs struct {
		Using string
		Steps []struct {
			ID, Uses, Shell, Run string
			Env                  map[string]string
		}
	}
}

// TestCheckAction runs the script of the GitHub Action, with its inputs.
func TestCheckAction(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not there")
	}
	var a action
	readYAML(t, "../../.github/actions/check/action.yml", &a)
	bin := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(bin, "ringfence"), ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []struct {
		what   string
		inputs map[string]string
		code   int
		shows  string
	}{
		{"a plan", map[string]string{"plan": "terraform-modules/plan.json\n"}, exitFound, "aws_iam_user.robot"},
		{"templates with flags", map[string]string{"plan": "sam/template.yaml\ncdk/cdk.out\n", "args": "--stack-tag=\n\n--stack-name=shop\n"}, exitFound, "FlowRole"},
		{"what is unknown", map[string]string{"plan": "terraform-after-apply/plan.json"}, exitPartial, "by_reference"},
		{"bad input", map[string]string{"plan": "ringfence.yaml"}, exitBad, ""},
		{"a name that a shell would run", map[string]string{"plan": "$(touch ran); x"}, exitBad, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			at := t.TempDir()
			if err := os.CopyFS(at, os.DirFS("testdata/check")); err != nil {
				t.Fatal(err)
			}
			for _, step := range a.Runs.Steps {
				if step.ID != "check" {
					continue
				}
				cmd := exec.CommandContext(t.Context(), bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step.Run)
				cmd.Dir = at
				cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "GITHUB_OUTPUT="+filepath.Join(at, "output"), "GITHUB_STEP_SUMMARY="+filepath.Join(at, "summary"))
				for name, value := range step.Env {
					cmd.Env = append(cmd.Env, name+"="+a.expand(t, value, c.inputs))
				}
				out, err := cmd.CombinedOutput()
				if cmd.ProcessState.ExitCode() != c.code {
					t.Fatalf("exit status %d, want %d (%v):\n%s", cmd.ProcessState.ExitCode(), c.code, err, out)
				}
				a.shows(t, at, c.shows, string(out))
			}
			if _, err := os.Stat(filepath.Join(at, "ran")); err == nil {
				t.Error("an input was run")
			}
		})
	}
}

// expand returns a value with the inputs in it.
func (a action) expand(t *testing.T, value string, inputs map[string]string) string {
	return regexp.MustCompile(`\$\{\{ inputs\.(\w+) \}\}`).ReplaceAllStringFunc(value, func(s string) string {
		name := regexp.MustCompile(`\w+ `).FindString(strings.TrimPrefix(s, "${{ inputs."))
		name = strings.TrimSpace(name)
		in, ok := a.Inputs[name]
		if !ok {
			t.Fatalf("there is no input %q", name)
		}
		if given, ok := inputs[name]; ok {
			return given
		}
		return in.Default
	})
}

// shows checks what the script printed and wrote.
func (a action) shows(t *testing.T, at, want, printed string) {
	t.Helper()
	summary, _ := os.ReadFile(filepath.Join(at, "summary"))
	output, _ := os.ReadFile(filepath.Join(at, "output"))
	if want == "" {
		if len(summary)+len(output) > 0 {
			t.Errorf("a summary of bad input: %s %s", summary, output)
		}
		return
	}
	if !strings.Contains(printed, want) || !strings.Contains(string(summary), want) || string(output) != "sarif=ringfence.sarif\n" {
		t.Errorf("%s is not shown:\n%s\n%s\n%s", want, printed, summary, output)
	}
	text, err := os.ReadFile(filepath.Join(at, "ringfence.sarif"))
	var log struct{ Version string }
	if err != nil || json.Unmarshal(text, &log) != nil || log.Version != "2.1.0" || !strings.Contains(string(text), want) {
		t.Errorf("%v: %s", err, text)
	}
}

// Inputs of the action are in no script: GitHub would paste them into it.
func TestCheckActionHasNoInputInAScript(t *testing.T) {
	var a action
	readYAML(t, "../../.github/actions/check/action.yml", &a)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) != 3 || !a.Inputs["plan"].Required {
		t.Errorf("%+v", a)
	}
	for _, step := range a.Runs.Steps {
		if strings.Contains(step.Run, "${{") || step.Run != "" && step.Shell != "bash" {
			t.Errorf("%+v", step)
		}
		if step.Uses != "" && !regexp.MustCompile(`@[0-9a-f]{40}$`).MatchString(step.Uses) {
			t.Errorf("%s is not pinned to a commit", step.Uses)
		}
	}
}

// TestCheckHook runs the hook of pre-commit with the files that it selects.
func TestCheckHook(t *testing.T) {
	var hooks []struct {
		ID, Entry, Language, Files string
		RequireSerial              bool `yaml:"require_serial"`
	}
	readYAML(t, "../../.pre-commit-hooks.yaml", &hooks)
	t.Chdir("testdata/check")
	files, err := filepath.Glob("*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, hook := range hooks {
		var selected []string
		for _, file := range files {
			if regexp.MustCompile(hook.Files).MatchString(filepath.ToSlash(file)) {
				selected = append(selected, file)
			}
		}
		if strings.Join(selected, " ") != "cloudformation/template.yaml sam/template.yaml" || hook.Language != "golang" || !hook.RequireSerial {
			t.Errorf("%+v selects %s", hook, selected)
		}
		command, ok := strings.CutPrefix(hook.Entry, "ringfence ")
		if !ok {
			t.Fatalf("it runs %s", hook.Entry)
		}
		if printed, code := runCommand(t, command+" "+strings.Join(selected, " ")); code != exitPartial || !strings.Contains(printed, "FlowRole") {
			t.Errorf("exit status %d:\n%s", code, printed)
		}
	}
	if len(hooks) != 1 {
		t.Errorf("%d hooks", len(hooks))
	}
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
