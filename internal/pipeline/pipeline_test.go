package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/fault"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/verdict"
)

const (
	account  = "123456789012"
	boundary = "arn:aws:iam::123456789012:policy/team-boundary"
)

var approved = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`)

// world is everything around the pipeline, with one order of what happened in all of it.
type world struct {
	principals map[string]principal.Snapshot
	readErr    map[string]error
	group      []principal.Ref
	bounded    []principal.Ref
	attached   []string
	policies   map[string]principal.PolicyState
	doErr      func(verdict.Action) error
	publishErr error
	identity   func(context.Context) error
	now        time.Time

	happened  []string
	published []finding.Finding
	pauses    int
}

func newWorld() *world {
	return &world{
		principals: map[string]principal.Snapshot{}, readErr: map[string]error{},
		policies: map[string]principal.PolicyState{boundary: state(boundary, approved)},
		doErr:    func(verdict.Action) error { return nil },
		now:      eventTime.Add(10 * time.Second),
	}
}

func state(arn string, documents ...[]byte) principal.PolicyState {
	s := principal.PolicyState{ARN: arn}
	for i, d := range documents {
		s.DefaultVersion = fmt.Sprintf("v%d", i+1)
		s.Versions = append(s.Versions, principal.PolicyVersion{ID: s.DefaultVersion, Document: d})
	}
	s.Versions[len(documents)-1].Default = true
	return s
}

func (w *world) note(format string, args ...any) {
	w.happened = append(w.happened, fmt.Sprintf(format, args...))
}

func (w *world) role(name, boundary string) {
	ref := principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/", Name: name}
	w.principals[name] = principal.Snapshot{Ref: ref, ID: "AROA" + name, Boundary: boundary}
}

func (w *world) Principal(_ context.Context, ref principal.Ref) (principal.Snapshot, error) {
	w.note("read %s", ref.Name)
	if err := w.readErr[ref.Name]; err != nil {
		return principal.Snapshot{}, err
	}
	s, ok := w.principals[ref.Name]
	if !ok {
		return s, &fault.Error{Class: fault.Gone, Code: "NoSuchEntity", Err: errors.New("no such role")}
	}
	return s, nil
}

func (w *world) All(_ context.Context, _ string, visit func(principal.Snapshot) error) error {
	w.note("read all")
	names := make([]string, 0, len(w.principals))
	for name := range w.principals {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := visit(w.principals[name]); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) GroupMembers(context.Context, trail.Group) ([]principal.Ref, error) {
	return w.group, nil
}

func (w *world) Versions(_ context.Context, arn string) (principal.PolicyState, error) {
	s, ok := w.policies[arn]
	if !ok {
		return s, &fault.Error{Class: fault.Gone, Code: "NoSuchEntity", Err: errors.New("no such policy")}
	}
	return s, nil
}

func (w *world) Policy(ctx context.Context, arn string) (principal.PolicyState, error) {
	return w.Versions(ctx, arn)
}

func (w *world) Document(ctx context.Context, arn string) ([]byte, error) {
	s, err := w.Versions(ctx, arn)
	v, _ := s.Default()
	return v.Document, err
}

func (w *world) AttachedTo(context.Context, string) ([]string, error) { return w.attached, nil }

func (w *world) BoundedBy(context.Context, string, string) ([]principal.Ref, error) {
	return w.bounded, nil
}

func (w *world) IdentityPolicies(ctx context.Context, _ principal.Ref) ([]principal.IdentityPolicy, error) {
	if w.identity != nil {
		return nil, w.identity(ctx)
	}
	return nil, nil
}

func (w *world) Do(_ context.Context, a verdict.Action) (finding.Outcome, error) {
	w.note("%s %s%s", a.Kind, a.Principal.Name, a.Policy)
	if err := w.doErr(a); err != nil {
		return finding.Failed, err
	}
	switch a.Kind {
	case finding.Reattach, finding.Quarantine:
		s := w.principals[a.Principal.Name]
		s.Boundary = a.Boundary
		w.principals[a.Principal.Name] = s
	case finding.CreatePolicy:
		w.policies[a.Policy] = state(a.Policy, a.Document)
	case finding.Alert, finding.NoAction:
		return finding.NoOutcome, nil
	}
	return finding.Done, nil
}

func (w *world) Publish(_ context.Context, f finding.Finding) error {
	w.note("publish %s %s", f.Drift, f.Outcome)
	if w.publishErr != nil {
		return w.publishErr
	}
	w.published = append(w.published, f)
	return nil
}

func (w *world) pipeline(t *testing.T, mode fence.Mode) *Pipeline {
	t.Helper()
	f, err := fence.Single(boundary, approved, mode)
	if err != nil {
		t.Fatal(err)
	}
	return &Pipeline{
		Fence: f, Directory: w, Remedy: w, Notifier: w,
		Now:         func(trail.Change) time.Time { return w.now },
		Propagation: 30 * time.Second,
		Pause:       func(context.Context, time.Duration) error { w.pauses++; return nil },
	}
}

var eventTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func event(name, parameters string) []byte {
	return fmt.Appendf(nil, `{"eventVersion": "1.11", "eventID": "e-%s", "eventSource": "iam.amazonaws.com", "eventName": %q,
		"eventTime": "2026-03-01T12:00:00Z", "awsRegion": "us-east-1", "recipientAccountId": %q,
		"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/eve"}, "requestParameters": %s}`,
		name, name, account, parameters)
}

func roleEvent(name, role string) []byte { return event(name, fmt.Sprintf(`{"roleName": %q}`, role)) }

// handle runs an event and checks the order of what happened.
func handle(t *testing.T, p *Pipeline, w *world, event []byte, attempt int, want ...string) (Report, error) {
	t.Helper()
	w.happened = nil
	report, err := p.Handle(t.Context(), event, attempt)
	if !slices.Equal(w.happened, want) {
		t.Errorf("happened:\n  %s\nwant:\n  %s", strings.Join(w.happened, "\n  "), strings.Join(want, "\n  "))
	}
	return report, err
}

func TestActsFirstAndReportsLast(t *testing.T) {
	w := newWorld()
	w.role("app", "")
	p := w.pipeline(t, fence.Enforce)
	report, err := handle(t, p, w, roleEvent("DeleteRolePermissionsBoundary", "app"), 1,
		"read app", "reattach app", "publish missing done")
	if err != nil {
		t.Fatal(err)
	}
	f := report.Findings[0]
	if f.Attached != "" || f.Required != boundary || f.Outcome != finding.Done || f.Undo == "" || f.Actor.ARN != "arn:aws:iam::123456789012:user/eve" {
		t.Errorf("finding %+v", f)
	}
	if w.principals["app"].Boundary != boundary {
		t.Error("the boundary was not put back")
	}

	// The event of our own write, and the same event again.
	for _, again := range []string{"PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"} {
		report, err = handle(t, p, w, event(again, `{"roleName": "app", "permissionsBoundary": "x"}`), 1, "read app")
		if err != nil || len(report.Findings) != 1 || report.Findings[0].Drift != finding.None {
			t.Errorf("%s: %+v, %v", again, report, err)
		}
	}
}

func TestADuplicateFindingHasTheSameID(t *testing.T) {
	ids := map[string]bool{}
	for range 2 {
		w := newWorld()
		w.role("app", "")
		report, err := w.pipeline(t, fence.Enforce).Handle(t.Context(), roleEvent("CreateRole", "app"), 1)
		if err != nil {
			t.Fatal(err)
		}
		ids[report.Findings[0].ID] = true
	}
	if len(ids) != 1 {
		t.Errorf("ids %v", ids)
	}
}

func TestAnErrorIsNeverAVerdict(t *testing.T) {
	for class, err := range map[string]error{
		"throttled": &fault.Error{Class: fault.Retryable, Code: "Throttling", Err: errors.New("rate exceeded")},
		"refused":   &fault.Error{Class: fault.Refused, Code: "AccessDenied", Err: errors.New("denied")},
		"unknown":   errors.New("?"),
	} {
		w := newWorld()
		w.role("app", boundary)
		w.readErr["app"] = err
		report, got := handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("CreateRole", "app"), 1, "read app")
		if !errors.Is(got, err) || len(report.Findings) != 0 {
			t.Errorf("%s: report %+v, error %v", class, report, got)
		}
	}
}

func TestAPrincipalThatIsGone(t *testing.T) {
	w := newWorld()
	w.now = eventTime.Add(time.Hour)
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("CreateRole", "app"), 1, "read app")
	if err != nil || len(report.Findings) != 0 || w.pauses != 0 {
		t.Errorf("an old event: %+v, %v, %d pauses", report, err, w.pauses)
	}

	w = newWorld()
	_, err = handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("CreateRole", "app"), 1, "read app", "read app", "read app", "read app")
	if fault.ClassOf(err) != fault.Retryable || w.pauses != tries {
		t.Errorf("a young event must be tried again: %v, %d pauses", err, w.pauses)
	}

	w = newWorld()
	p := w.pipeline(t, fence.Enforce)
	p.Pause = func(context.Context, time.Duration) error { w.role("app", ""); return nil }
	_, err = handle(t, p, w, roleEvent("CreateRole", "app"), 1, "read app", "read app", "reattach app", "publish missing done")
	if err != nil {
		t.Error(err)
	}

	w = newWorld()
	w.role("app", "")
	w.doErr = func(verdict.Action) error {
		return &fault.Error{Class: fault.Gone, Err: errors.New("deleted meanwhile")}
	}
	report, err = handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("CreateRole", "app"), 1, "read app", "reattach app")
	if err != nil || len(report.Findings) != 0 {
		t.Errorf("deleted while we looked: %+v, %v", report, err)
	}
}

func TestWhatConcernsNobody(t *testing.T) {
	failed := strings.Replace(string(roleEvent("CreateRole", "app")), `"eventVersion"`, `"errorCode": "AccessDenied", "eventVersion"`, 1)
	for name, e := range map[string][]byte{
		"failed":  []byte(failed),
		"deleted": roleEvent("DeleteRole", "app"),
		"unknown": event("ListRoles", "null"),
	} {
		w := newWorld()
		report, err := handle(t, w.pipeline(t, fence.Enforce), w, e, 1)
		if err != nil || report.Ignored == "" {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	w := newWorld()
	if _, err := handle(t, w.pipeline(t, fence.Enforce), w, []byte("not JSON"), 1); fault.ClassOf(err) != fault.BadInput {
		t.Errorf("not JSON: %v", err)
	}
}

func TestModes(t *testing.T) {
	for mode, want := range map[fence.Mode][]string{
		fence.Observe: {"read app"},
		fence.Alert:   {"read app", "publish missing planned"},
	} {
		w := newWorld()
		w.role("app", "")
		report, err := handle(t, w.pipeline(t, mode), w, roleEvent("CreateRole", "app"), 1, want...)
		if err != nil || report.Findings[0].Outcome != finding.Planned || report.Findings[0].Undo != "" {
			t.Errorf("%s: %+v, %v", mode, report, err)
		}
	}
}

func TestAFailedRepairIsToldOnceAndTriedAgain(t *testing.T) {
	w := newWorld()
	w.role("app", "")
	throttled := &fault.Error{Class: fault.Retryable, Code: "Throttling", Err: errors.New("rate exceeded")}
	w.doErr = func(verdict.Action) error { return throttled }
	p := w.pipeline(t, fence.Enforce)
	e := roleEvent("CreateRole", "app")
	report, err := handle(t, p, w, e, 1, "read app", "reattach app", "publish missing failed")
	if !errors.Is(err, throttled) || !strings.Contains(report.Findings[0].Reason, "rate exceeded") {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err = handle(t, p, w, e, 2, "read app", "reattach app"); err == nil {
		t.Error("the second attempt has no error")
	}
	w.doErr = func(verdict.Action) error { return nil }
	if _, err = handle(t, p, w, e, 3, "read app", "reattach app", "publish missing done"); err != nil {
		t.Error(err)
	}
}

func TestAFindingThatCouldNotBePublishedIsNotLost(t *testing.T) {
	w := newWorld()
	w.role("app", "")
	w.publishErr = errors.New("topic unreachable")
	p := w.pipeline(t, fence.Enforce)
	e := roleEvent("CreateRole", "app")
	report, err := handle(t, p, w, e, 1, "read app", "reattach app", "publish missing done")
	if err == nil || len(report.Unsent) != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	w.publishErr = nil
	// The repair is done, so that the same event finds nothing wrong any more.
	report, err = handle(t, p, w, e, 2, "read app", "publish missing done")
	if err != nil || len(report.Unsent) != 0 || len(w.published) != 1 || w.published[0].Principal.ID != "AROAapp" {
		t.Errorf("%+v, %v, published %+v", report, err, w.published)
	}
	if _, err = handle(t, p, w, e, 3, "read app"); err != nil {
		t.Error(err)
	}
}

func TestASlowEnrichmentDoesNotKeepTheFindingBack(t *testing.T) {
	w := newWorld()
	w.role("app", "")
	w.identity = func(ctx context.Context) error {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > enrichFor {
			t.Error("the enrichment has no bound")
		}
		return &fault.Error{Class: fault.Retryable, Code: "Throttling", Err: errors.New("rate exceeded")}
	}
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("CreateRole", "app"), 1, "read app", "reattach app", "publish missing done")
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Findings[0]; f.Escape || f.Severity != finding.High || !strings.Contains(f.Reason, "not known: rate exceeded") {
		t.Errorf("what is not known must count as bad, and be said: %+v", f)
	}
}

func TestOneMemberOfAGroupDoesNotKeepTheOthersBack(t *testing.T) {
	w := newWorld()
	for _, name := range []string{"a", "b", "c"} {
		w.role(name, "")
		w.group = append(w.group, w.principals[name].Ref)
	}
	w.readErr["a"] = errors.New("throttled")
	w.doErr = func(a verdict.Action) error {
		if a.Principal.Name == "b" {
			return errors.New("refused")
		}
		return nil
	}
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, event("PutGroupPolicy", `{"groupName": "g", "policyName": "p", "policyDocument": "{}"}`), 1,
		"read a", "read b", "reattach b", "read c", "reattach c", "publish missing failed", "publish missing done")
	if len(report.Findings) != 2 || err == nil || !strings.Contains(err.Error(), "throttled") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("%+v, %v", report, err)
	}
}

func TestAnAbsentBoundaryPolicyIsCreatedAndThenPutOn(t *testing.T) {
	w := newWorld()
	w.role("app", "")
	delete(w.policies, boundary)
	w.doErr = func(a verdict.Action) error {
		if _, ok := w.policies[boundary]; !ok && a.Kind == finding.Reattach {
			return fmt.Errorf("putting it on: %w", verdict.ErrNoBoundary)
		}
		return nil
	}
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, roleEvent("CreateRole", "app"), 1,
		"read app", "reattach app", "create-policy "+boundary, "reattach app", "publish absent-policy done")
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Findings[0]; f.Action != finding.Reattach || f.Principal == nil {
		t.Errorf("%+v", f)
	}
}

func TestADeletedBoundaryPolicyIsPutBackOnEverybody(t *testing.T) {
	w := newWorld()
	w.role("a", "")
	w.role("b", boundary)
	w.role("c", "")
	delete(w.policies, boundary)
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, event("DeletePolicy", fmt.Sprintf(`{"policyArn": %q}`, boundary)), 1,
		"create-policy "+boundary, "read all", "reattach a", "reattach c",
		"publish absent-policy done", "publish missing done", "publish missing done")
	if err != nil {
		t.Fatal(err)
	}
	if f := report.Findings[0]; f.Principal != nil || f.Required != boundary || !strings.Contains(f.Undo, "delete-policy") {
		t.Errorf("%+v", f)
	}
}

func TestAPolicyThatIsNoBoundaryConcernsNobody(t *testing.T) {
	w := newWorld()
	report, err := handle(t, w.pipeline(t, fence.Enforce), w, event("DeletePolicy", `{"policyArn": "arn:aws:iam::123456789012:policy/other"}`), 1)
	if err != nil || len(report.Findings) != 0 {
		t.Errorf("%+v, %v", report, err)
	}
}
