package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/verdict"
)

const wide = "arn:aws:iam::123456789012:policy/wide"

var anything = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`)

// Ensure that a boundary never takes the place of another one while its policy allows
// more than was approved: the principal could do what neither boundary was meant to allow.
func TestAWidenedPolicyIsRestoredBeforeItReplacesAnotherBoundary(t *testing.T) {
	less := []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}`)
	for name, c := range map[string]struct {
		carries string
		live    []byte
		want    []string
	}{
		"as approved":           {wide, approved, []string{"read app", "reattach app", "publish replaced done"}},
		"narrower":              {wide, less, []string{"read app", "reattach app", "publish replaced done"}},
		"nothing to replace":    {"", anything, []string{"read app", "reattach app", "publish missing done"}},
		"wider":                 {wide, anything, []string{"read app", "restore " + boundary, "reattach app", "publish widened done", "publish replaced done"}},
		"that nobody can read":  {wide, []byte("{"), []string{"read app", "restore " + boundary, "reattach app", "publish altered done", "publish replaced done"}},
		"that does not exist":   {wide, nil, []string{"read app", "reattach app", "create-policy " + boundary, "reattach app", "publish absent-policy done"}},
		"the other one may not": {carries: boundary, live: anything, want: []string{"read app"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.role("app", c.carries)
			w.policies[wide] = state(wide, anything)
			if w.policies[boundary] = state(boundary, approved, c.live); c.live == nil {
				delete(w.policies, boundary)
				w.doErr = func(a verdict.Action) error {
					if _, ok := w.policies[boundary]; !ok && a.Kind == finding.Reattach {
						return &fault.Error{Class: fault.Refused, Err: verdict.ErrNoBoundary}
					}
					return nil
				}
			}
			if _, err := handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("PutRolePermissionsBoundary", "app"), 1, c.want...); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhereTheWidenedPolicyCannotBeRestoredTheFindingSaysSo(t *testing.T) {
	w := newWorld()
	w.role("app", wide)
	w.policies[wide], w.policies[boundary] = state(wide, anything), state(boundary, anything)
	denied := &fault.Error{Class: fault.Refused, Code: "AccessDenied", Err: errors.New("denied")}
	w.doErr = func(a verdict.Action) error {
		if a.Kind == finding.Restore {
			return denied
		}
		return nil
	}
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("PutRolePermissionsBoundary", "app"), 1,
		"read app", "restore "+boundary, "reattach app", "publish widened failed", "publish replaced done")
	if !errors.Is(err, denied) {
		t.Error(err)
	}
	if f := report.Findings[1]; !strings.Contains(f.Reason, "that the repair gives nothing up is not proven") {
		t.Errorf("%q", f.Reason)
	}
}

// Ensure that one event restores a boundary policy once, and that nothing is written
// where the mode does not allow it.
func TestAPolicyIsLookedAtOnceForAnEvent(t *testing.T) {
	w := newWorld()
	for _, name := range []string{"one", "two"} {
		w.role(name, wide)
		w.group = append(w.group, w.principals[name].Ref)
	}
	w.policies[wide], w.policies[boundary] = state(wide, anything), state(boundary, anything)
	group := event("PutGroupPolicy", `{"groupName": "devs"}`)
	if _, err := handle(t, w.pipeline(t, fence.Enforce), w, group, 1, "read one", "restore "+boundary, "reattach one", "read two", "reattach two",
		"publish widened done", "publish replaced done", "publish replaced done"); err != nil {
		t.Error(err)
	}
	w.role("one", wide)
	w.group = w.group[:1]
	if _, err := handle(t, w.pipeline(t, fence.Alert), w, group, 1, "read one", "publish replaced planned"); err != nil {
		t.Error(err)
	}
}

// Ensure that a finding on a boundary policy says what changed in it, what else it is
// attached to, and whom it caps: by their whole ARNs, though IAM gives only their names.
func TestWhatABoundaryPolicyAffects(t *testing.T) {
	w := newWorld()
	w.policies[boundary] = state(boundary, anything)
	for i := range named + 2 {
		name := fmt.Sprintf("app%d", i)
		w.role(name, boundary)
		s := w.principals[name]
		s.Path = "/dev/"
		w.principals[name] = s
		w.bounded = append(w.bounded, principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Name: name})
	}
	delete(w.principals, "app1") // in the meantime
	w.attached = []string{"role x", "group devs"}
	report, err := w.pipeline(t, fence.Enforce).Handle(t.Context(), event("CreatePolicyVersion", `{"policyArn": "`+boundary+`"}`), 1)
	if err != nil {
		t.Fatal(err)
	}
	f := report.Findings[0]
	if len(f.Affects) != named-1 || f.Affects[0] != "arn:aws:iam::123456789012:role/dev/app0" || slices.Contains(f.Affects, "arn:aws:iam::123456789012:role/dev/app1") {
		t.Errorf("%d: %v", len(f.Affects), f.Affects)
	}
	if want := (finding.Strings{"changed Allow s3:*: action +*, action -s3:*"}); !slices.Equal(f.Diff, want) {
		t.Errorf("diff %q, want %q", f.Diff, want)
	}
	for _, want := range []string{"2 more", "it is attached to role x, group devs"} {
		if !strings.Contains(f.Reason, want) {
			t.Errorf("%q lacks %q", f.Reason, want)
		}
	}
}

// Ensure that a boundary policy is restored only where a rule that requires it enforces.
func TestAPolicyIsRestoredOnlyWhereARuleEnforces(t *testing.T) {
	for mode, want := range map[fence.Mode][]string{
		fence.Observe: nil,
		fence.Alert:   {"publish widened planned"},
		fence.Enforce: {"restore " + boundary, "publish widened done"},
	} {
		w := newWorld()
		w.policies[boundary] = state(boundary, anything)
		report, err := handle(t, w.pipeline(t, mode), w, event("CreatePolicyVersion", `{"policyArn": "`+boundary+`"}`), 1, want...)
		if err != nil || report.Findings[0].Mode != string(mode) || report.Findings[0].Drift != finding.Widened {
			t.Errorf("%s: %+v, %v", mode, report, err)
		}
	}
}
