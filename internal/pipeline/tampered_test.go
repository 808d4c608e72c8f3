package pipeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/control"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
)

const ownParts = `arn:aws:events:us-east-1:123456789012:rule/ringfence-*,
	arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce,
	arn:aws:iam::123456789012:role/ringfence-enforce,
	arn:aws:iam::123456789012:policy/ringfence-role-boundary`

func guarded(t *testing.T, w *world, mode fence.Mode) *Pipeline {
	t.Helper()
	own, err := control.Parse(ownParts)
	if err != nil {
		t.Fatal(err)
	}
	p := w.pipeline(t, mode)
	p.Control = own
	return p
}

// call is an event of another service than IAM.
func call(service, name, parameters string) []byte {
	return []byte(strings.Replace(string(event(name, parameters)), "iam.amazonaws.com", service+".amazonaws.com", 1))
}

func TestTheControlGuardsItself(t *testing.T) {
	for _, mode := range []fence.Mode{fence.Observe, fence.Alert, fence.Enforce} {
		w := newWorld()
		e := call("lambda", "UpdateFunctionCode20150331v2", `{"functionName": "ringfence-enforce"}`)
		report, err := handle(t, guarded(t, w, mode), w, e, 1, "publish control-tampered done")
		if err != nil || len(report.Findings) != 1 {
			t.Fatalf("%s: %+v, %v", mode, report, err)
		}
		f := report.Findings[0]
		if f.Severity != finding.Critical || f.Action != finding.Alert || f.Principal != nil || f.Actor.ARN != "arn:aws:iam::123456789012:user/eve" || f.Undo != "" {
			t.Errorf("%s: %+v", mode, f)
		}
		if want := "UpdateFunctionCode on arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce: "; !strings.HasPrefix(f.Reason, want) {
			t.Errorf("reason %q, want it to begin with %q", f.Reason, want)
		}
	}
}

func TestWhatBelongsToOthersIsTheirs(t *testing.T) {
	for _, e := range [][]byte{
		call("lambda", "UpdateFunctionCode20150331v2", `{"functionName": "orders"}`),
		call("events", "DisableRule", `{"name": "nightly"}`),
		[]byte(strings.Replace(string(call("events", "DisableRule", `{"name": "ringfence-changes"}`)), `"eventVersion"`, `"errorCode": "AccessDenied", "eventVersion"`, 1)),
	} {
		w := newWorld()
		report, err := handle(t, guarded(t, w, fence.Enforce), w, e, 1)
		if err != nil || report.Ignored == "" || len(report.Findings) != 0 {
			t.Errorf("%s: %+v, %v", e, report, err)
		}
	}
}

// Ensure that a call on Ringfence's own role is told, and the role looked at as any other.
func TestTheOwnRoleIsBothControlAndPrincipal(t *testing.T) {
	w := newWorld()
	w.role("ringfence-enforce", "")
	report, err := handle(t, guarded(t, w, fence.Enforce), w, roleEvent("DeleteRolePermissionsBoundary", "ringfence-enforce"), 1,
		"read ringfence-enforce", "reattach ringfence-enforce", "publish control-tampered done", "publish missing done")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Principal == nil || f.Principal.ARN != "arn:aws:iam::123456789012:role/ringfence-enforce" {
			t.Errorf("%s: principal %+v", f.Drift, f.Principal)
		}
	}
	if report.Findings[0].ID == report.Findings[1].ID {
		t.Error("both findings have one id")
	}

	// Its deletion concerns no boundary any more, and the control all the same.
	w = newWorld()
	if _, err := handle(t, guarded(t, w, fence.Enforce), w, roleEvent("DeleteRole", "ringfence-enforce"), 1, "publish control-tampered done"); err != nil {
		t.Error(err)
	}
}

// Ensure that the role's own boundary is none of ours to replace, and only on that role.
func TestTheOwnRoleKeepsItsOwnBoundary(t *testing.T) {
	const boundary = "arn:aws:iam::123456789012:policy/ringfence-role-boundary"
	w := newWorld()
	w.role("ringfence-enforce", boundary)
	if _, err := handle(t, guarded(t, w, fence.Enforce), w, roleEvent("PutRolePolicy", "ringfence-enforce"), 1,
		"read ringfence-enforce", "publish control-tampered done"); err != nil {
		t.Error(err)
	}
	w = newWorld()
	w.role("app", boundary)
	if _, err := handle(t, guarded(t, w, fence.Enforce), w, roleEvent("PutRolePolicy", "app"), 1,
		"read app", "reattach app", "publish replaced done"); err != nil {
		t.Error(err)
	}
}

// Ensure that nothing in the record of who called keeps the alarm from being raised.
func TestNoActorIsTrusted(t *testing.T) {
	for _, actor := range []string{
		`{"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/ringfence-enforce/ringfence"}`,
		`{"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"}`,
		`{"type": "Root", "arn": "arn:aws:iam::123456789012:root"}`, `{}`,
	} {
		w := newWorld()
		e := strings.Replace(string(call("events", "DisableRule", `{"name": "ringfence-changes"}`)),
			`{"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/eve"}`, actor+`, "userAgent": "ringfence"`, 1)
		if !strings.Contains(e, actor) {
			t.Fatal("the actor was not replaced")
		}
		if _, err := handle(t, guarded(t, w, fence.Enforce), w, []byte(e), 1, "publish control-tampered done"); err != nil {
			t.Errorf("%s: %v", actor, err)
		}
	}
}

// Ensure that a duplicate of the event makes the same finding.
func TestADuplicateOfTamperingHasTheSameID(t *testing.T) {
	ids := map[string]bool{}
	for range 2 {
		w := newWorld()
		report, err := guarded(t, w, fence.Enforce).Handle(t.Context(), call("events", "DisableRule", `{"name": "ringfence-changes"}`), 1)
		if err != nil {
			t.Fatal(err)
		}
		ids[report.Findings[0].ID] = true
	}
	if len(ids) != 1 {
		t.Error(fmt.Sprint(ids))
	}
}
