// Command audit measures the time and memory of ringfence audit for an account, next to a peer
// that reads the same file if one is on the PATH.
//
//	make bench-audit
//	go run ./internal/bench/audit -principals 100000 -runs 3
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/ringfence/ringfence/internal/authdetails/accounttest"
	"github.com/ringfence/ringfence/internal/tables"

	"github.com/ringfence/ringfence/internal/bench/measure"
)

func main() {
	principals := flag.Int("principals", 10000, "how many users and roles the account has")
	runs := flag.Int("runs", 5, "how often each is run")
	peer := flag.String("peer", "cloudsplaining", "the command to compare with, or none")
	only := flag.String("write", "", "write the account to a `FILE`, and do nothing else")
	flag.Parse()
	measure.Main(func(ctx context.Context) error {
		if *only != "" {
			return write(*only, *principals)
		}
		return run(ctx, *principals, *runs, *peer)
	})
}

// measured is one command with the results of its runs.
type measured struct {
	name string
	wall []float64 // seconds
	peak []float64 // MB
}

func run(ctx context.Context, principals, runs int, peer string) error {
	dir, err := os.MkdirTemp("", "ringfence-audit")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	state, document, command := filepath.Join(dir, "account.json"), filepath.Join(dir, "approved.json"), filepath.Join(dir, "ringfence")
	// In its own process: the memory of this one would count for its children.
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, self, "-write", state, "-principals", strconv.Itoa(principals)).CombinedOutput(); err != nil {
		return fmt.Errorf("writing the account: %w\n%s", err, out)
	}
	info, err := os.Stat(state)
	if err != nil {
		return err
	}
	size := info.Size()
	if err := os.WriteFile(document, []byte(accounttest.Approved), 0o600); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", command, "./cmd/ringfence").CombinedOutput(); err != nil {
		return fmt.Errorf("building the command: %w\n%s", err, out)
	}
	commands := [][]string{
		{"ringfence audit", command, "audit", "--boundary", accounttest.Boundary, "--boundary-document", document, "--state", state},
		{"the same, --json", command, "audit", "--boundary", accounttest.Boundary, "--boundary-document", document, "--state", state, "--json"},
		{"the same, --html", command, "audit", "--boundary", accounttest.Boundary, "--boundary-document", document, "--state", state, "--html", filepath.Join(dir, "audit.html")},
	}
	if path, err := exec.LookPath(peer); err == nil {
		commands = append(commands, []string{peer + " scan", path, "scan", "--input-file", state, "--output", dir, "--skip-open-report"})
	}
	all := make([]measured, len(commands))
	for range runs { // alternating, so that a busy machine affects all of them
		for i, c := range commands {
			all[i].name = c[0]
			if err := all[i].once(ctx, c[1:]); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d principals, %.1f MB, %d runs, %d CPUs\n\n", principals, float64(size)/1e6, runs, runtime.NumCPU())
	t := tables.New(os.Stdout, "", "s: median (least–most)", "MB/s", "peak memory, MB")
	for _, m := range all {
		wall := measure.Of(m.wall)
		t.AppendRow(table.Row{
			m.name, wall.Format("%.3f"), fmt.Sprintf("%.1f", float64(size)/1e6/wall.Median), measure.Of(m.peak).Format("%.0f"),
		})
	}
	t.Render()
	return nil
}

// write writes an account.
func write(path string, principals int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(accounttest.Write(f, principals), f.Close())
}

// once runs a command once. An exit status that reports findings is not a failure.
func (m *measured) once(ctx context.Context, args []string) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	begun := time.Now()
	out, err := cmd.Output()
	wall := time.Since(begun)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) || len(out) == 0 {
		return fmt.Errorf("%s: %w", m.name, cmp.Or(err, errors.New("it printed nothing")))
	}
	_, peak, err := measure.Used(cmd.ProcessState)
	m.wall, m.peak = append(m.wall, wall.Seconds()), append(m.peak, float64(peak)/1e6)
	return err
}
