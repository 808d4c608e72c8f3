package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/bench/calls"
)

// Ensure that the benchmark works, that the function repairs all drifts in it, and that its counts
// are right. The times are not checked.
func TestQuick(t *testing.T) {
	if testing.Short() {
		t.Skip("building the function takes a while")
	}
	var out, progress bytes.Buffer
	if err := run(t.Context(), options{quick: true, json: true}, &out, &progress); err != nil {
		t.Fatalf("%v\n%s", err, &progress)
	}
	var f Figures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Functions) != 1 {
		t.Fatalf("%d functions, want that of the working tree", len(f.Functions))
	}
	fn := f.Functions[0]
	if len(fn.Burst.Repairs) != batchSize || fn.Burst.Last.Median <= 0 {
		t.Errorf("repairs of a batch: %+v", fn.Burst)
	}
	if n := fn.Fleet.ByOperation[repairCall]; n != 1 || fn.Fleet.Drifts != 6*batchSize {
		t.Errorf("%v repairs per drift, of %d drifts", n, fn.Fleet.Drifts)
	}
	if fn.Bare.Calls[repairCall] != 1 || fn.Bare.Memory.Median <= 0 {
		t.Errorf("one event: %+v", fn.Bare)
	}
	if f.Floor != nil && len(f.Floor.Differences) > 0 {
		t.Errorf("floor and function differ: %q", f.Floor.Differences)
	}
	var text bytes.Buffer
	f.Print(&text)
	for _, want := range []string{"a. A batch", "b. Many", "c. One", "GetRole", "peak memory"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &text)
		}
	}
}

// Ensure that the floor follows its plans exactly, and that the benchmark learns them by itself.
func TestThePlansThatTheFloorFollowsAreLearned(t *testing.T) {
	if testing.Short() {
		t.Skip("building the floor takes a while")
	}
	root, err := moduleRoot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "floor")
	if err := goBuild(t.Context(), root, "./internal/bench/floor", binary); err != nil {
		t.Fatal(err)
	}
	first := calls.Plan{
		{Operation: "GetRole"},
		{Operation: "GetPolicy", After: []int{0}},
		{Operation: "GetPolicyVersion", After: []int{1}},
		{Operation: "PutItem", After: []int{0}, Bytes: 500},
		{Operation: repairCall, After: []int{3}},
		{Operation: "PutItem", After: []int{4}, Bytes: 900},
		{Operation: "SendMessage", After: []int{2, 5}, Bytes: 3000},
	}
	next := calls.Plan{
		{Operation: "GetItem"}, {Operation: "GetRole"}, {Operation: repairCall, After: []int{0, 1}}, {Operation: "UpdateItem", After: []int{2}},
	}
	b := &bench{progress: io.Discard, dir: t.TempDir()}
	gotFirst, gotNext, err := b.learn(t.Context(), &contender{
		target: target{name: "floor", binary: binary, ledger: true},
		env:    map[string]string{"FLOOR_FIRST": first.JSON(), "FLOOR_NEXT": next.JSON()},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, plan := range [][2]calls.Plan{{first, gotFirst}, {next, gotNext}} {
		if !sameCalls(plan[0], plan[1]) {
			t.Errorf("learned %s\nof      %s", plan[1], plan[0])
		}
	}
}

// sameCalls reports whether two plans are equal except for the order of calls that do not wait for
// each other.
func sameCalls(a, b calls.Plan) bool {
	ways := func(p calls.Plan) map[string]int {
		names := make([]string, len(p)) // each with its predecessors
		n := map[string]int{}
		for i, c := range p {
			before := map[string]bool{}
			for _, j := range c.After {
				before[names[j]] = true
			}
			text, _ := json.Marshal(before) // sorted
			names[i] = c.Operation + string(text)
			n[names[i]]++
		}
		return n
	}
	return calls.Count(ways(a)).Equal(ways(b))
}

// Ensure that functions are built for the benchmark as for AWS.
func TestTheFlagsAreThoseOfTheMakefile(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(makefile), "LAMBDA_FLAGS := ")
	flags, _, _ := strings.Cut(rest, "\n")
	if got := strings.ReplaceAll(flags, `"`, ""); got != strings.Join(lambdaFlags, " ") {
		t.Errorf("the Makefile has %s, but the benchmark %q", flags, lambdaFlags)
	}
}
