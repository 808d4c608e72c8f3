package acceptance

import (
	"slices"
	"testing"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/principal"
)

// TestTheOldestVersionGivesWay: IAM keeps five versions of a policy. If there are five and none is
// as approved, the oldest one that is not the default is deleted.
func TestTheOldestVersionGivesWay(t *testing.T) {
	all := scenarios(t)
	i := slices.IndexFunc(all, func(s events.Scenario) bool { return s.Name == "set-default-policy-version-of-five" })
	w, p := play(t, all[i])
	arn := arnOf("policy", "team-boundary")
	was, _ := p.before.Policy(arn)
	is, _ := w.details().Policy(arn)
	ids := func(s principal.PolicyState) (list []string) {
		for _, v := range s.Versions {
			list = append(list, v.ID)
		}
		return list
	}
	if got, want := ids(was), []string{"v3", "v4", "v5", "v6", "v7"}; !slices.Equal(got, want) || was.DefaultVersion != "v7" {
		t.Fatalf("before: %v, want %v", got, want)
	}
	if got, want := ids(is), []string{"v4", "v5", "v6", "v7", "v8"}; !slices.Equal(got, want) || is.DefaultVersion != "v8" {
		t.Errorf("after: %v (default %s), want %v", got, is.DefaultVersion, want)
	}
}
