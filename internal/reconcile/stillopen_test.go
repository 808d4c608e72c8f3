package reconcile_test

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A principal that carries the required boundary again is not inside while that one allows more
// than approved, however often it is looked at. The finding is resolved when the policy has the
// approved meaning.
func TestAFindingStaysOpenWhileThePolicyAllowsMore(t *testing.T) {
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
			t.Errorf("reported %q while the policy allows more", ends)
		}
	}
	w.policies[boundary] = state(boundary, approved)
	if ends := looks(); !slices.Equal(ends, []string{"open", "resolved"}) {
		t.Errorf("reported %q when it is as approved", ends)
	}
}
