package stack_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// deployment runs infra/deploy with a sam and an aws that only write down how they were
// called.
func deployment(t *testing.T, variables ...string) (calls []string, err error) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	for tool, script := range map[string]string{
		"sam": "#!/bin/sh\necho \"$@\" >> " + log + "\n",
		"aws": "#!/bin/sh\necho arn:aws-us-gov:sts::123456789012:assumed-role/deployer/me\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, tool), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), bash, filepath.Join(infra, "deploy"))
	cmd.Env = append(os.Environ(), append([]string{"PATH=" + dir + ":" + os.Getenv("PATH"), "CONFIG=none"}, variables...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return []string{string(out)}, err
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), nil
}

func TestDeploy(t *testing.T) {
	const gov = "arn:aws-us-gov:iam::123456789012:policy/"
	for name, c := range map[string]struct {
		variables []string
		want      string // the arguments of sam deploy
	}{
		"one boundary": {
			[]string{"BOUNDARY=" + team, "EMAIL=a@example.com"},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64 RequiredBoundaryArn=` + team + ` ConfiguredBoundaryArns="" AlertEmail=a@example.com`,
		},
		"with its document": {
			[]string{"BOUNDARY=" + team, "DOCUMENT=infra/boundaries/team.json", "STACK=rf", "REGION=us-gov-west-1", "ARCHITECTURE=x86_64"},
			`--stack-name rf --region us-gov-west-1 --parameter-overrides Architecture=x86_64 RequiredBoundaryArn=` + team + ` ConfiguredBoundaryArns="" RequiredBoundaryDocument=boundary.json`,
		},
		"a configuration": {
			[]string{"CONFIG=infra"},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64 ConfiguredBoundaryArns=` +
				strings.Join([]string{gov + "read-only-boundary", gov + "service-workload-boundary", gov + "ci-boundary", gov + "team-boundary"}, ",") +
				` RequiredBoundaryArn="" RequiredBoundaryDocument=""`,
		},
		"only another mode": {
			[]string{"MODE=observe"},
			`--stack-name ringfence --region us-east-1 --parameter-overrides Architecture=arm64 Mode=observe`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			calls, err := deployment(t, c.variables...)
			if err != nil {
				t.Fatal(err, calls)
			}
			if len(calls) != 2 || !strings.HasPrefix(calls[0], "build --parameter-overrides ") || calls[1] != "deploy "+c.want {
				t.Errorf("sam was called with\n%s\nwant\ndeploy %s", strings.Join(calls, "\n"), c.want)
			}
		})
	}
	if out, err := deployment(t, "CONFIG=infra", "BOUNDARY="+team); err == nil || !strings.Contains(out[0], "for deployments without it") {
		t.Errorf("two sources of boundaries: %v, %v", out, err)
	}
}
