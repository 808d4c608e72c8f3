package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// wholeTour makes the tour begin where a newcomer does, with a clone: see make tour.
const wholeTour = "RINGFENCE_TOUR"

const tourFile = "docs/tour.txt"

// TestTour types the commands of docs/tour.txt and compares what they print. Without
// wholeTour it leaves out what only a clone shows, and types the commands of ringfence in
// this checkout. What needs Docker is typed by make sam-local.
func TestTour(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile(tourFile)
	if err != nil {
		t.Fatal(err)
	}
	checkout, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	shell := newShell(t, checkout)
	var told []string
	typed := 0
	for _, s := range stops(string(text)) {
		told = append(told, s.lines...)
		if s.command == "" {
			continue
		}
		shown := trimmed(s.output)
		if shell.types(s.command) {
			typed++
			printed := shell.run(s.command)
			switch {
			case *update:
				shown = shortened(printed)
			case !matches(shown, printed):
				t.Errorf("$ %s\nprinted (go test ./cmd/ringfence -run TestTour -update writes it):\n%s\n%s shows:\n%s",
					s.command, strings.Join(printed, "\n"), tourFile, strings.Join(shown, "\n"))
			}
		}
		told = append(told, shown...)
		if len(shown) > 0 || len(s.output) > 0 {
			told = append(told, "")
		}
	}
	local, err := os.ReadFile("docs/local.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line, typed := strings.CutPrefix(line, "$ ")
		if program, _, _ := strings.Cut(line, " "); typed && slices.Contains([]string{"export", "bin/ringfence", "sam"}, program) && !strings.Contains(string(local), line) {
			t.Errorf("docs/local.md types another line than %s", line)
		}
	}
	if typed < 4 {
		t.Errorf("only %d commands were typed", typed)
	}
	if *update {
		if err := os.WriteFile(tourFile, []byte(strings.Join(trimmed(told), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// stop is a part of the tour: a command and what it prints, or text around them.
type stop struct {
	// lines are the text, or the lines of the command as they are typed.
	lines   []string
	command string
	output  []string
}

// stops cuts the tour at its prompts ($) and its remarks (#).
func stops(text string) (list []stop) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case strings.HasPrefix(line, "$ "):
			s := stop{lines: []string{line}, command: line[2:]}
			for strings.HasSuffix(line, `\`) && i+1 < len(lines) {
				i++
				line = lines[i]
				s.lines, s.command = append(s.lines, line), s.command+"\n"+line
			}
			list = append(list, s)
		case strings.HasPrefix(line, "# ") || len(list) == 0 || list[len(list)-1].command == "":
			list = append(list, stop{lines: []string{line}})
		default:
			last := &list[len(list)-1]
			last.output = append(last.output, line)
		}
	}
	return list
}

// shell types commands as a newcomer does, one after the other.
type shell struct {
	t                  *testing.T
	dir, checkout, bin string
	whole              bool
}

func newShell(t *testing.T, checkout string) *shell {
	s := &shell{t: t, dir: checkout, checkout: checkout, bin: t.TempDir(), whole: os.Getenv(wholeTour) != ""}
	if s.whole {
		s.dir = t.TempDir()
		return s
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", s.bin, "./cmd/ringfence")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", build, err, out)
	}
	return s
}

// types reports whether a command is typed in this run.
func (s *shell) types(command string) bool {
	switch program, rest, _ := strings.Cut(command, " "); program {
	case "ringfence":
		return !strings.HasPrefix(rest, "localaws")
	case "git", "cd", "make":
		return s.whole
	case "go":
		return s.whole && strings.HasPrefix(rest, "install ")
	}
	return false
}

// run gives the lines that a command prints on both its streams.
func (s *shell) run(command string) []string {
	if dir, ok := strings.CutPrefix(command, "cd "); ok {
		s.dir = filepath.Join(s.dir, dir)
		s.takeOver()
		return nil
	}
	cmd := exec.CommandContext(s.t.Context(), "bash", "-c", command)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(),
		"PATH="+s.bin+string(os.PathListSeparator)+os.Getenv("PATH"), "GOBIN="+s.bin, "COLUMNS=100",
		"MAKEFLAGS=", "MAKELEVEL=", // make tour is not the shell of a newcomer
		// The address of the repository leads to this checkout.
		"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=url."+s.checkout+".insteadOf", "GIT_CONFIG_VALUE_0=https://github.com/ringfence/ringfence",
		"GIT_CONFIG_KEY_1=safe.directory", "GIT_CONFIG_VALUE_1=*",
	)
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != exitFound {
		s.t.Errorf("$ %s: %v\n%s", command, err, out)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "go: downloading ") && !strings.Contains(line, "Updating files:") && line != "done.\n" { // not everywhere
			lines = append(lines, strings.TrimRight(line, " \n"))
		}
	}
	return trimmed(lines)
}

// trimmed leaves out the blank lines at the end.
func trimmed(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// takeOver brings what is not committed yet into the clone.
func (s *shell) takeOver() {
	const script = `{ git diff --name-only --diff-filter=d HEAD; git ls-files --others --exclude-standard; } | while read -r f; do mkdir -p "$1/$(dirname "$f")"; cp -p "$f" "$1/$f"; done
git diff --name-only --diff-filter=D HEAD | while read -r f; do rm -f "$1/$f"; done`
	cmd := exec.CommandContext(s.t.Context(), "bash", "-c", script, "bash", s.dir)
	cmd.Dir = s.checkout
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("copying what is not committed: %v\n%s", err, out)
	}
}

// leftOut stands in the tour for lines that it does not show.
const leftOut = "…"

// matches reports whether lines are those that the tour shows.
func matches(shown, printed []string) bool {
	for i, line := range shown {
		if line == leftOut {
			rest := shown[i+1:]
			return len(printed) >= i+len(rest) && slices.Equal(rest, printed[len(printed)-len(rest):])
		}
		if i >= len(printed) || line != printed[i] {
			return false
		}
	}
	return len(shown) == len(printed)
}

// shortened leaves out the middle of a long output.
func shortened(lines []string) []string {
	const most, first, last = 40, 16, 4
	if len(lines) <= most {
		return lines
	}
	return slices.Concat(lines[:first], []string{leftOut}, lines[len(lines)-last:])
}

func TestTourMatches(t *testing.T) {
	for _, c := range []struct {
		shown, printed string
		want           bool
	}{
		{"a,b", "a,b", true},
		{"a,b", "a", false},
		{"a", "a,b", false},
		{"a,b", "a,c", false},
		{"a,…,d", "a,b,c,d", true},
		{"a,…,d", "a,d", true},
		{"a,…,d", "a,b,c", false},
		{"a,…,c,d", "a,d", false},
		{"a,…,d", "b,c,d", false},
	} {
		if got := matches(strings.Split(c.shown, ","), strings.Split(c.printed, ",")); got != c.want {
			t.Errorf("matches(%s, %s) = %v", c.shown, c.printed, got)
		}
	}
	long := strings.Split(strings.Repeat("x\n", 100)+"y", "\n")
	if short := shortened(long); !matches(short, long) || len(short) >= len(long) {
		t.Error(fmt.Sprint("shortened gives ", short))
	}
}
