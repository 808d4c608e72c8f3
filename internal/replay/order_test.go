package replay

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/trail"
)

var approved = Options{
	Settings: map[string]string{boot.EnvBoundary: ours, boot.EnvBoundaryDocument: "team.json", boot.EnvMode: "enforce"},
	Read:     readApproved,
}

// Ensure that what is undone before its event is delivered shows as it would have: the function
// finds nobody outside, and the records tell that somebody was.
func TestAFlipBeforeDelivery(t *testing.T) {
	flip := log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app", "permissionsBoundary": "` + ours + `"}`},
		[3]string{"DeleteRolePermissionsBoundary", "12:10:00", `{"roleName": "app"}`},
		[3]string{"PutRolePermissionsBoundary", "12:10:03", `{"roleName": "app", "permissionsBoundary": "` + ours + `"}`},
	)
	live, instant := approved, approved
	instant.Instant = true
	all := drifted(play(t, logs.Of(flip...), live))
	if len(all) == 0 {
		t.Fatal("the flip is not told")
	}
	last := all[len(all)-1]
	if last.Resolution != finding.WasBack || len(last.Attempts) != 0 || last.Exposure.Seconds == nil || *last.Exposure.Seconds != Delay.Seconds() { // until that was seen
		t.Errorf("in live order:\n%s", lines(t, all))
	}
	all = drifted(play(t, logs.Of(flip...), instant))
	if len(all) == 0 || all[0].Outcome != finding.Done || len(all[0].Attempts) != 1 {
		t.Errorf("at once:\n%s", lines(t, all))
	}
}

// Ensure that a repair is made when the event is delivered, and not at the time of the call.
func TestARepairIsAsLateAsTheEvent(t *testing.T) {
	records := log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app"}`},
		[3]string{"TagRole", "12:00:02", `{"roleName": "app", "tags": []}`},
		[3]string{"TagRole", "12:01:00", `{"roleName": "app", "tags": []}`},
	)
	var order []string
	_, err := Run(t.Context(), logs.Of(records...), approved, func(s Step) error {
		if s.Err != nil {
			t.Error(s.Err)
		}
		order = append(order, s.Event.Name)
		for _, f := range drifted(s.Findings) {
			if f.Exposure.Seconds == nil || *f.Exposure.Seconds != Delay.Seconds() || len(f.Attempts) != 1 || f.Attempts[0].Begun.Sub(f.OpenedBy.Event.Time) != Delay {
				t.Errorf("finding:\n%s", lines(t, []Finding{f}))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"CreateRole", "TagRole", "PutRolePermissionsBoundary", "Ringfence Follow-Up", "TagRole"}; !slices.Equal(order, want) {
		t.Errorf("delivered %q, want %q", order, want)
	}
}

// Ensure that who takes the boundary off again just after the repair is found all the same: the
// message of a look that comes too soon comes back.
func TestARepairThatIsUndoneBeforeItsEventComes(t *testing.T) {
	records := log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app"}`},
		[3]string{"TagRole", "12:00:03", `{"roleName": "app", "tags": []}`},
		[3]string{"DeleteRolePermissionsBoundary", "12:00:06", `{"roleName": "app"}`},
		[3]string{"TagRole", "12:30:00", `{"roleName": "app", "tags": []}`},
	)
	all := drifted(play(t, logs.Of(records...), approved))
	if len(all) == 0 || all[len(all)-1].Status != finding.Resolved {
		t.Fatalf("findings:\n%s", lines(t, all))
	}
	repairs := map[time.Time]bool{}
	for _, f := range all {
		for _, a := range f.Attempts {
			repairs[a.Begun] = a.Outcome == finding.Done
		}
	}
	if len(repairs) != 2 {
		t.Errorf("%d repairs:\n%s", len(repairs), lines(t, all))
	}
}

// Ensure that an event that several trails recorded is one event.
func TestCopiesOfAnEventAreOneEvent(t *testing.T) {
	once := log(
		[3]string{"CreateRole", "12:00:00", `{"roleName": "app"}`},
		[3]string{"DeleteRole", "12:00:30", `{"roleName": "app"}`},
	)
	twice := slices.Insert(slices.Clone(once), 1, once[0])
	twice = append(twice, once[1], once[1])
	want, got := play(t, logs.Of(once...), approved), play(t, logs.Of(twice...), approved)
	if lines(t, want) != lines(t, got) {
		t.Errorf("once:\n%s\ntwice:\n%s", lines(t, want), lines(t, got))
	}
	_, s := summed(t, logs.Of(twice...), approved)
	if s.Events != 5 || s.Duplicates != 3 || s.Judged != 2 || !s.Complete {
		t.Errorf("%+v", s)
	}
	// What bears the id of another event, and is none of its copies, is an event of its own.
	other := log([3]string{"CreateRole", "12:00:00", `{"roleName": "app"}`}, [3]string{"CreateUser", "12:00:00", `{"userName": "u"}`})
	other[1].Raw = []byte(`{"addendum": {"originalEventID": "log-0"}, ` + string(other[0].Raw[1:]))
	if _, s := summed(t, logs.Of(other...), approved); s.Duplicates != 0 {
		t.Errorf("an addendum: %+v", s)
	}
}

// Ensure that the ids of events are forgotten when no copy comes any more.
func TestIDsAreForgotten(t *testing.T) {
	var r recent
	e, err := trail.Read(log([3]string{"CreateRole", "12:00:00", "{}"})[0].Raw)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10_000 {
		e.EventID, e.Time = time.Duration(i).String(), e.Time.Add(10*time.Second)
		if r.again(e) || !r.again(e) {
			t.Fatal("it is not known when a copy comes")
		}
	}
	if n := len(r.young) + len(r.former); n > 2*(360+1) {
		t.Errorf("%d ids are kept", n)
	}
}

// Ensure that an event of an account for which nothing can be made is an error of its own.
func TestAnAccountThatIsNoneEndsNoReplay(t *testing.T) {
	records := log([3]string{"CreateRole", "12:00:00", `{"roleName": "app"}`}, [3]string{"CreateRole", "12:00:00", `{"roleName": "app"}`}, [3]string{"CreateRole", "12:30:00", `{"roleName": "last"}`})
	records[1].Raw = []byte(strings.ReplaceAll(string(records[1].Raw), own, "XXXX123XXX"))
	s, err := Run(t.Context(), logs.Of(records...), approved, func(Step) error { return nil })
	if err != nil || s.Events != 3 || s.Judged != 2 || s.Errors != 1 || s.Findings != 2 || s.Complete || len(s.Missing) != 1 || !strings.HasSuffix(s.Missing[0], `recipientAccountId: "XXXX123XXX" is not 12 digits`) {
		t.Errorf("%+v, %v", s, err)
	}
}
