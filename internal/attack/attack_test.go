package attack

import (
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/links"
)

func TestTechniquesOfAFinding(t *testing.T) {
	for _, c := range []struct {
		name   string
		drift  finding.Drift
		call   string
		escape bool
		want   []string
	}{
		{"a role is made without a boundary", finding.Missing, "CreateRole", true, []string{"T1136.003"}},
		{"a boundary is removed, and more is allowed", finding.Missing, "DeleteRolePermissionsBoundary", true, []string{"T1098.003"}},
		{"a boundary is removed, and no more is allowed", finding.Missing, "DeleteRolePermissionsBoundary", false, []string{"T1098"}},
		{"nobody knows how", finding.Replaced, "", false, []string{"T1098"}},
		{"a policy is widened", finding.Widened, "CreatePolicyVersion", false, []string{"T1098.003"}},
		{"the trail is stopped", finding.ControlTampered, "StopLogging", false, []string{"T1685.002"}},
		{"a function is changed", finding.ControlTampered, "UpdateFunctionCode20150331v2", false, []string{"T1685"}},
		{"an exemption ended", finding.ExemptionExpired, "", true, nil},
		{"a sweep was held", finding.SweepHeld, "", false, nil},
		{"none", finding.None, "", false, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := finding.Finding{Drift: c.drift, Escape: c.escape, Cause: "event"}
			if c.call != "" {
				f.OpenedBy = &finding.Call{Event: finding.Event{Name: c.call}}
			}
			var got []string
			for _, technique := range Of(f) {
				got = append(got, technique.ID)
				if technique.Name == "" || !links.Safe(technique.URL) {
					t.Errorf("%+v", technique)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v, and not %v", got, c.want)
			}
		})
	}
}
