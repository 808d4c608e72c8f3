package main

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expected output in the scripts")

// tests runs the tests of this package, but not the commands that scripts run.
type tests struct{ *testing.M }

// Run runs the tests without the COLUMNS of the caller's terminal.
func (t tests) Run() int {
	_ = os.Unsetenv("COLUMNS")
	return t.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"ringfence": func() { os.Exit(run(context.Background(), root())) },
	})
}

// TestScripts runs the scripts in testdata/script. Each has commands, their input and their
// output.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
	})
}
