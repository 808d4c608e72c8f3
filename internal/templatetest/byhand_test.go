package templatetest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// The commands in docs/local.md, typed as they are, show the drift and its repair.
func TestSAMByHand(t *testing.T) {
	sam := os.Getenv(samVar)
	if sam == "" {
		t.Skip("run by make sam-local, which needs the SAM CLI and Docker")
	}
	text, err := os.ReadFile("../../docs/local.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```bash\n")
	lines, _, ok := strings.Cut(rest, "```\n")
	if !ok || strings.Count(lines, "\n") != 4 {
		t.Fatalf("docs/local.md has not four lines to type: %q", lines)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(root, ".aws-sam/local")); err != nil { // leave no package with test rules behind
		t.Cleanup(func() { _ = os.RemoveAll(filepath.Join(root, ".aws-sam/local")) })
	}
	calls := filepath.Join(t.TempDir(), "calls")
	lines = strings.Replace(lines, " &\n", " > "+calls+" &\ntrap 'kill %1' EXIT\n", 1)
	if os.Getenv(gatewayVar) == "" { // Docker Desktop, as line 3 says
		_, listen, _ := strings.Cut(lines, " --listen ")
		listen, _, _ = strings.Cut(listen, ":4580")
		lines = strings.Replace(lines, " --listen "+listen+":4580", "", 1)
	}
	var decision, calling []byte
	for range 2 { // the container may start slowly on a busy machine: see invoke
		cmd := exec.CommandContext(t.Context(), "bash", "-euc", lines)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(sam)+string(os.PathListSeparator)+os.Getenv("PATH"), "SAM_SKIP_PULL_IMAGE=1")
		cmd.WaitDelay = 10 * time.Second
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if decision, err = cmd.Output(); err != nil {
			t.Fatalf("%v\n%s%s", err, decision, stderr.Bytes())
		}
		if calling, err = os.ReadFile(calls); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(stderr.Bytes(), []byte(notReady)) && !bytes.Contains(decision, []byte(late)) {
			break
		}
	}
	for _, want := range []string{`"drift": "missing"`, `"outcome": "done"`} {
		if !bytes.Contains(decision, []byte(want)) {
			t.Errorf("%s is not in what sam local invoke prints: %s", want, decision)
		}
	}
	if !bytes.Contains(calling, []byte("iam:PutRolePermissionsBoundary")) {
		t.Errorf("localaws shows no repair:\n%s", calling)
	}
	for _, line := range tour(t) {
		if !bytes.Contains(decision, []byte(line)) {
			t.Errorf("docs/tour.txt shows %q, which is not in what sam local invoke prints: %s", line, decision)
		}
	}
	if t.Failed() {
		return
	}
	fmt.Println("sam local: the lines of docs/local.md and docs/tour.txt show the drift and its repair")
}

// tour returns what docs/tour.txt shows below the typed lines.
func tour(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/tour.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, ok := strings.Cut(string(text), "\n$ sam local invoke ")
	_, shown, _ = strings.Cut(shown, "\n")
	if !ok {
		t.Fatal("docs/tour.txt does not type sam local invoke")
	}
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(shown), "\n"), func(line string) bool { return line == "…" })
}
