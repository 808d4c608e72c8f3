package reconcile_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Who carries the required boundary again while that one allows more than was approved is not
// inside, however often somebody looks. The finding ends when the policy means what was approved.
func TestAFindingStandsWhileThePolicyLetsItOut(t *testing.T) {
	w := newWorld(t)
	w.policies[boundary] = state(boundary, approved, anything)
	w.role("app", "")
	w.fail = func(call, about string) error {
		if call == "do" && strings.HasPrefix(about, "restore") {
			return denied
		}
		return nil
	}
	w.deliver(roleEvent("DeleteRolePermissionsBoundary", "app"))
	looks := func() (ends []string) {
		w.pass(16 * time.Minute)
		w.followUps()
		w.reconcile(told(w.of("app")))
		w.report()
		for _, f := range w.events {
			if f.Principal != nil {
				ends = append(ends, string(f.Status))
			}
		}
		return ends
	}
	w.report()
	for range 3 {
		if ends := looks(); !slices.Equal(ends, []string{"open"}) {
			t.Errorf("told %q while the policy allows more", ends)
		}
	}
	w.policies[boundary] = state(boundary, approved)
	if ends := looks(); !slices.Equal(ends, []string{"open", "resolved"}) {
		t.Errorf("told %q when it is as approved", ends)
	}
}
