package templatetest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A newcomer types the lines of docs/local.md, as they stand there, and sees the drift and
// its repair.
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
	// The package goes below a folder of the test's own, where the lines have .aws-sam.
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	lines = strings.ReplaceAll(lines, ".aws-sam/local", filepath.Join(t.TempDir(), "local"))
	calls := filepath.Join(t.TempDir(), "calls")
	lines = strings.Replace(lines, " &\n", " > "+calls+" &\ntrap 'kill %1' EXIT\n", 1)
	if os.Getenv(gatewayVar) == "" { // Docker Desktop, as line 3 says
		_, listen, _ := strings.Cut(lines, " --listen ")
		listen, _, _ = strings.Cut(listen, ":4580")
		lines = strings.Replace(lines, " --listen "+listen+":4580", "", 1)
	}
	var decision, calling []byte
	for range 2 { // a container that is slow to start, on a machine that is busy: see invoke
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
	if t.Failed() {
		return
	}
	fmt.Println("sam local: the lines of docs/local.md show the drift and its repair")
}
