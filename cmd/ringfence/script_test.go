package main

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// tests are the tests by themselves: the commands that scripts run have what these set.
type tests struct{ *testing.M }

// Run runs them without the width of the terminal that they were called from.
func (t tests) Run() int {
	_ = os.Unsetenv("COLUMNS")
	return t.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){
		"ringfence": func() { os.Exit(run(context.Background(), root())) },
	})
}

// TestScripts tells what people do on the command line: each file of testdata/script is
// a story of commands, input and what they print.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
	})
}
