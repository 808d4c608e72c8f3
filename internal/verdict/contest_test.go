package verdict

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/trail"
)

func TestContested(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	ref := roleAt("/", "app", "").Ref
	call := func(id, name, actor string, ago time.Duration, boundary string) trail.Raw {
		return trail.Raw{
			Record:  trail.Record{EventID: id, Name: name, Time: now.Add(-ago), Actor: trail.Actor{ARN: actor}},
			Request: fmt.Appendf(nil, `{"roleName": "app", "permissionsBoundary": %q}`, boundary),
		}
	}
	remove := func(id, actor string, ago time.Duration) trail.Raw {
		return call(id, "DeleteRolePermissionsBoundary", actor, ago, "")
	}
	failed := remove("f", "eve", time.Minute)
	failed.ErrorCode = "AccessDenied"
	elsewhere := remove("o", "eve", time.Minute)
	elsewhere.Request = []byte(`{"roleName": "other"}`)
	change := trail.Change{Record: remove("now", "eve", time.Second).Record}

	tests := []struct {
		name  string
		calls []trail.Raw
		want  *finding.Contested
	}{
		{"nothing before", nil, nil},
		{"once before", []trail.Raw{remove("1", "eve", time.Minute)}, nil},
		{
			"twice before, by two",
			[]trail.Raw{remove("now", "eve", time.Second), remove("1", "eve", time.Minute), call("2", "PutRolePermissionsBoundary", "mallory", 50*time.Minute, other)},
			&finding.Contested{Repairs: 3, Since: now.Add(-50 * time.Minute), Actors: finding.Strings{"eve", "mallory"}},
		},
		{"an hour ago does not count", []trail.Raw{remove("1", "eve", time.Minute), remove("2", "eve", 61*time.Minute)}, nil},
		{
			"repairs, quarantines, failures and others' roles do not count",
			[]trail.Raw{
				call("r", "PutRolePermissionsBoundary", "ringfence", time.Minute, required),
				call("q", "PutRolePermissionsBoundary", "responder", time.Minute, denyAll),
				call("t", "TagRole", "eve", time.Minute, ""),
				failed, elsewhere,
				{Record: remove("x", "eve", time.Minute).Record},
			},
			nil,
		},
	}
	// A second look is no call: the removal that made it necessary is among the others.
	again := change
	again.Source, again.Name, again.EventID, again.Actor = finding.Source, finding.DetailType, "f", trail.Actor{}
	three := []trail.Raw{remove("1", "eve", time.Minute), remove("2", "eve", 2*time.Minute), remove("3", "eve", 3*time.Minute)}
	want := &finding.Contested{Repairs: 3, Since: now.Add(-3 * time.Minute), Actors: finding.Strings{"eve"}}
	if diff := cmp.Diff(want, Contested(again, three, ref, required, now)); diff != "" {
		t.Errorf("a second look (-want +got):\n%s", diff)
	}
	if got := Contested(again, three[1:], ref, required, now); got != nil {
		t.Errorf("a second look after two removals: %+v", got)
	}
	// Nor is whoever attached a policy to a role whose boundary was off already.
	attached := change
	attached.Name, attached.EventID, attached.Actor = "AttachRolePolicy", "a", trail.Actor{ARN: "alice"}
	if diff := cmp.Diff(want, Contested(attached, three, ref, required, now)); diff != "" {
		t.Errorf("a policy attached (-want +got):\n%s", diff)
	}
	if got := Contested(attached, three[1:], ref, required, now); got != nil {
		t.Errorf("a policy attached after two removals: %+v", got)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Contested(change, tt.calls, ref, required, now)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
