package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// full is a disk without space.
type full struct{}

var errNoSpace = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errNoSpace }

// writer returns a function that writes a file in a folder and returns its path.
func writer(t *testing.T, dir string) func(name, text string) string {
	return func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// Every command fails if its output could not be written, whatever it found.
func TestEveryCommandFailsOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	write := writer(t, dir)
	config := writeConfig(t, dir, validConfig)
	write("team.json", approved)
	state := write("account.json", scopedState)
	template := write("template.yaml", "Resources: {R: {Type: AWS::IAM::Role}}")
	candidates := t.TempDir()
	if err := os.WriteFile(filepath.Join(candidates, "team.json"), []byte(approved), 0o600); err != nil {
		t.Fatal(err)
	}
	message := "User: arn:aws:iam::123456789012:role/old is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::x/y"
	organizationOf(t, 1)
	commands := map[string][][]string{
		"accounts": {{}},
		"audit": {
			{"--config", config, "--state", state},
			{"--config", config, "--state", state, "--json"},
			{"--config", config, "--state", state, "--csv"},
			{"--config", config, "--state", state, "--markdown"},
			{"--config", config, "--state", state, "--sarif"},
		},
		"check": {
			{"--config", config, template},
			{"--config", config, template, "--json"},
			{"--config", config, template, "--junit"},
			{"--config", config, template, "--markdown"},
			{"--config", config, template, "--sarif"},
		},
		"compare": {{dir + "/team.json", dir + "/team.json"}, {"--json", dir + "/team.json", dir + "/team.json"}, {"--batch", write("pairs.jsonl", `{"id":1,"a":`+approved+`,"b":`+approved+`}`)}},
		"delegate": {
			{"--rule", "workloads", "--config", "../../infra/ringfence.yaml"},
			{"--rule", "workloads", "--config", "../../infra/ringfence.yaml", "--out", t.TempDir()},
			{"check", dir + "/team.json", "--boundary", "arn:aws:iam::123456789012:policy/team"},
			{"check", dir + "/team.json", "--boundary", "arn:aws:iam::123456789012:policy/team", "--json"},
			{"check", dir + "/team.json", "--boundary", "arn:aws:iam::123456789012:policy/team", "--markdown"},
		},
		"demo":     {{}},
		"explain":  {{"--state", state, "--error", message}, {"--state", state, "--error", message, "--json"}, {"--batch"}},
		"fit":      {{"--state", state, "--boundaries", candidates, "../../events/create-role-without-boundary.json"}, {"--json", "--state", state, "--boundaries", candidates, "../../events/create-role-without-boundary.json"}},
		"impact":   {{dir + "/team.json", "../../events/create-role-without-boundary.json"}, {"--json", dir + "/team.json", "../../events/create-role-without-boundary.json"}},
		"localaws": {{"--help"}},
		"replay":   {{"--boundary", "arn:aws:iam::123456789012:policy/team", "../../events/create-role-without-boundary.json"}, {"--json", "--boundary", "arn:aws:iam::123456789012:policy/team", "../../events/create-role-without-boundary.json"}},
		"validate": {{config}, {config, "--schema"}, {config, "--boundary-arns", "123456789012"}, {config, "--pin", "--state", state}},
	}
	for _, c := range root().Commands() {
		if len(commands[c.Name()]) == 0 {
			t.Errorf("%s is not tested", c.Name())
		}
		for _, args := range commands[c.Name()] {
			cmd := root()
			var errs bytes.Buffer
			cmd.SetArgs(append([]string{c.Name()}, args...))
			cmd.SetIn(strings.NewReader(`{"id":1,"request":{"principal":"*","action":"s3:GetObject"}}`))
			cmd.SetOut(full{})
			cmd.SetErr(&errs)
			if code := run(t.Context(), cmd); code != exitBad || !strings.Contains(errs.String(), errNoSpace.Error()) {
				t.Errorf("%s %v: exit status %d, %s", c.Name(), args, code, &errs)
			}
		}
	}
	for _, args := range [][]string{{"--version"}, {"--help"}} {
		cmd := root()
		cmd.SetArgs(args)
		cmd.SetOut(full{})
		cmd.SetErr(&bytes.Buffer{})
		if code := run(t.Context(), cmd); code != exitBad {
			t.Errorf("%v: exit status %d", args, code)
		}
	}
}

func TestFullDevice(t *testing.T) {
	file, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	cmd := root()
	cmd.SetArgs([]string{"validate", "--schema"})
	cmd.SetOut(file)
	cmd.SetErr(&bytes.Buffer{})
	if code := run(context.Background(), cmd); code != exitBad {
		t.Errorf("exit status %d", code)
	}
}

func TestBuild(t *testing.T) {
	for want, settings := range map[string][]debug.BuildSetting{
		"v1.2.3, commit unknown, go1.26":                                      nil,
		"v1.2.3, commit abc, 2026-01-02T03:04:05Z, go1.26":                    {{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}},
		"v1.2.3, commit abc with local changes, 2026-01-02T03:04:05Z, go1.26": {{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}},
	} {
		if got := buildOf(&debug.BuildInfo{GoVersion: "go1.26", Main: debug.Module{Version: "v1.2.3"}, Settings: settings}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
