package calls

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// enforce is a function that reads, then stores, repairs and stores in parallel to a second read,
// then sends. Its description does not use the tested code.
var enforce = []struct {
	operation string
	after     []int
}{
	{"GetRole", nil},
	{"GetPolicy", []int{0}},
	{"PutItem", []int{0}},
	{"PutRolePermissionsBoundary", []int{2}},
	{"PutItem", []int{3}},
	{"SendMessage", []int{1, 4}},
}

// run returns the calls of that function if one of them takes long.
func run(operation string, nth int) ([]Seen, error) {
	begin := time.Unix(0, 0)
	var seen []Seen
	n := 0
	for i, c := range enforce {
		start := begin
		for _, j := range c.after {
			if seen[j].End.After(start) {
				start = seen[j].End
			}
		}
		took := time.Duration(i+1) * time.Millisecond
		if c.operation == operation {
			if n == nth {
				took = time.Second
			}
			n++
		}
		seen = append(seen, Seen{c.operation, 100 + i, start, start.Add(took)})
	}
	slices.SortStableFunc(seen, func(a, b Seen) int { return a.Start.Compare(b.Start) })
	return seen, nil
}

func TestLearnFindsWhatWaitsForWhat(t *testing.T) {
	plan, err := Learn(run)
	if err != nil {
		t.Fatal(err)
	}
	want := "1 GetRole, 2 GetPolicy (after 1), 3 PutItem (after 1), 4 PutRolePermissionsBoundary (after 3), " +
		"5 PutItem (after 4), 6 SendMessage (after 2 and 5)"
	if plan.String() != want {
		t.Errorf("got  %s\nwant %s", plan, want)
	}
	again, err := Parse(plan.JSON())
	if err != nil || again.String() != want || again[3].Bytes != 103 {
		t.Errorf("%s, %v", again.JSON(), err)
	}
}

func TestAFunctionThatChangesItsCallsCannotBeLearned(t *testing.T) {
	_, err := Learn(func(operation string, nth int) ([]Seen, error) {
		seen, err := run(operation, nth)
		if operation != "" {
			seen = seen[:len(seen)-1]
		}
		return seen, err
	})
	if err == nil || !strings.Contains(err.Error(), "PutItem×2") {
		t.Errorf("got %v", err)
	}
}

func TestAPlanThatCannotBeFollowedIsRefused(t *testing.T) {
	for _, text := range []string{"", `[{"operation": "GetRole", "after": [0]}]`, `[{"operation": "GetRole", "after": [-1]}]`} {
		if p, err := Parse(text); err == nil {
			t.Errorf("%q was parsed as %s", text, p)
		}
	}
}
