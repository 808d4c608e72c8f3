package report

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/policy/compare"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

const (
	account  = "123456789012"
	boundary = "arn:aws:iam::123456789012:policy/team-boundary"
)

var (
	approved = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`)
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	denied   = &errclass.Error{Class: errclass.Refused, Code: "NotFound", Err: errors.New("no such topic")}
	throttle = &errclass.Error{Class: errclass.Retryable, Code: "Throttling", Err: errors.New("rate exceeded")}
)

// world is what the reporter reads and writes.
type world struct {
	now      time.Time
	rows     map[string][]byte
	versions map[string]int64
	identity []principal.IdentityPolicy
	calls    []trail.Raw
	bounded  []principal.Ref
	asked    int
	// policies are the documents that are not as approved.
	policies map[string][]byte

	bus    []finding.Finding
	ocsf   []finding.Finding
	hub    []finding.Finding
	topic  [][]finding.Finding
	mails  []mail
	looks  []time.Duration
	told   []string
	due    []string
	fail   map[string]error
	onSave func()
}

// mail is one message to an owner's topic, or to that of the stack, which is empty.
type mail struct {
	topic    string
	findings []finding.Finding
}

func newWorld() *world {
	return &world{now: noon, rows: map[string][]byte{}, versions: map[string]int64{}, fail: map[string]error{}}
}

func (w *world) reporter(t *testing.T) *Reporter {
	t.Helper()
	f, err := config.Single(boundary, approved, config.Enforce)
	if err != nil {
		t.Fatal(err)
	}
	return &Reporter{
		Config: f, Documents: new(exposure.Documents), Source: w, History: w, Ledger: w, Sinks: w, Queue: w,
		Now: func() time.Time { return w.now }, Title: func(f finding.Finding) string { return "about " + f.Rule },
	}
}

func (w *world) Principal(_ context.Context, ref principal.Ref) (principal.Snapshot, error) {
	ref.Path = "/"
	return principal.Snapshot{Ref: ref, ID: "AROA1", Boundary: boundary}, w.fail["principal"]
}

func (w *world) Policy(_ context.Context, arn string) (principal.PolicyState, error) {
	document := approved
	if other, ok := w.policies[arn]; ok {
		document = other
	}
	return principal.PolicyState{ARN: arn, DefaultVersion: "v1", Versions: []principal.PolicyVersion{{ID: "v1", Document: document}}}, nil
}

func (w *world) IdentityPolicies(context.Context, principal.Ref) ([]principal.IdentityPolicy, error) {
	return w.identity, w.fail["identity"]
}

func (w *world) BoundedBy(context.Context, string, string) ([]principal.Ref, error) {
	return w.bounded, nil
}

func (w *world) AttachedTo(context.Context, string) ([]string, error) {
	return []string{"role app"}, nil
}

func (w *world) Calls(context.Context, principal.Ref, time.Time) ([]trail.Raw, error) {
	w.asked++
	return w.calls, w.fail["history"]
}

func (w *world) Load(_ context.Context, key string) (ledger.Item, error) {
	item := ledger.Item{Key: key}
	if w.rows[key] != nil {
		_ = json.Unmarshal(w.rows[key], &item)
	}
	item.Version = w.versions[key]
	return item, w.fail["load"]
}

func (w *world) Save(ctx context.Context, item ledger.Item) error {
	if w.onSave != nil {
		w.onSave()
	}
	if err := w.fail["save"]; err != nil {
		return err
	}
	if w.versions[item.Key] != item.Version {
		current, _ := w.Load(ctx, item.Key)
		return &ledger.Conflict{Current: current}
	}
	w.versions[item.Key]++
	w.rows[item.Key], _ = json.Marshal(item)
	return nil
}

func (w *world) LoadDigest(_ context.Context, key string) (ledger.Digest, error) {
	d := ledger.Digest{Key: key}
	if w.rows[key] != nil {
		_ = json.Unmarshal(w.rows[key], &d)
	}
	d.Version = w.versions[key]
	return d, nil
}

func (w *world) SaveDigest(_ context.Context, d ledger.Digest, _ time.Time) (bool, error) {
	if w.versions[d.Key] != d.Version {
		return false, nil
	}
	w.versions[d.Key]++
	w.rows[d.Key], _ = json.Marshal(d)
	return true, nil
}

func (w *world) Bus(_ context.Context, f finding.Finding) error {
	if err := w.fail["bus"]; err != nil {
		return err
	}
	w.bus = append(w.bus, f)
	return nil
}

func (w *world) OCSF(_ context.Context, f finding.Finding) error {
	if err := w.fail["ocsf"]; err != nil {
		return err
	}
	w.ocsf = append(w.ocsf, f)
	return nil
}

func (w *world) SecurityHub(_ context.Context, f finding.Finding) error {
	if err := w.fail["hub"]; err != nil {
		return err
	}
	w.hub = append(w.hub, f)
	return nil
}

func (w *world) Topic(_ context.Context, owners string, f []finding.Finding) error {
	if err := w.fail["topic"+owners]; err != nil {
		return err
	}
	w.topic = append(w.topic, f)
	w.mails = append(w.mails, mail{owners, f})
	return nil
}

func (w *world) Digest(_ context.Context, key string, _ time.Time) error {
	w.due = append(w.due, key)
	return nil
}

func (w *world) Schedule(_ context.Context, _ target.Work, d time.Duration) error {
	w.looks = append(w.looks, d)
	return nil
}

func (w *world) Report(_ context.Context, keys ...string) error {
	w.told = append(w.told, keys...)
	return w.fail["tell"]
}

// apply applies an entry and reports it.
func apply(t *testing.T, r *Reporter, e ledger.Entry) Told {
	t.Helper()
	return r.Apply(t.Context(), e)
}

// entry returns the entry of a completed repair of role n.
func entry(n int, change ...func(*ledger.Entry)) ledger.Entry {
	e := ledger.Entry{
		Key: ledger.PrincipalKey(account, fmt.Sprint("AROA", n)), Kind: target.Principal, Partition: "aws", Account: account,
		ARN: fmt.Sprintf("arn:aws:iam::123456789012:role/app%d", n), ID: "AROA1", At: noon,
		Trigger: target.Cause{Kind: target.Event, Event: finding.Event{ID: fmt.Sprint("e", n), Name: "TagRole", Time: noon.Add(-time.Second)}, Actor: finding.Actor{ARN: "eve"}},
		Decision: plan.Decision{
			Drift: finding.Missing, Basis: plan.NoBoundary, Rule: "everyone", Mode: config.Enforce, Required: boundary,
			Actions: []plan.Action{{Kind: finding.Reattach, Boundary: boundary, Principal: principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/", Name: fmt.Sprint("app", n)}}},
		},
	}
	e.Attempt = &ledger.Attempt{ID: fmt.Sprint("a", n), Action: e.Decision.Actions[0], Begun: noon, Ended: noon, Outcome: finding.Done}
	for _, c := range change {
		c(&e)
	}
	return e
}

func TestARevisionReachesEachSinkOnce(t *testing.T) {
	w := newWorld()
	r := w.reporter(t)
	w.fail["bus"] = throttle
	told := apply(t, r, entry(1))
	if told.After != Soon || told.Unsent != 1 || len(told.Findings) != 1 {
		t.Errorf("%+v", told)
	}
	delete(w.fail, "bus")
	for range 3 {
		if told := r.Tell(t.Context(), entry(1).Key); told.Err != nil || told.After != 0 {
			t.Errorf("%+v", told)
		}
	}
	if len(w.bus) != 1 || len(w.due) != 1 || !slices.Equal(w.looks, []time.Duration{time.Minute}) {
		t.Errorf("%d on the bus, %d digests, looks %v", len(w.bus), len(w.due), w.looks)
	}
	if f := w.bus[0]; f.Undo != "aws iam delete-role-permissions-boundary --role-name app1" || f.Status != finding.Resolved || f.Severity != finding.Medium {
		t.Errorf("%+v", f)
	}
}

// Ensure that a sink that people must fix first is tried again, but not often.
func TestAGoneTopicIsTriedAgainLater(t *testing.T) {
	w := newWorld()
	r := w.reporter(t)
	apply(t, r, entry(1))
	w.fail["topic"] = denied
	w.now = noon.Add(ledger.Window)
	if told := r.Digest(t.Context(), w.due[0]); told.After != 15*time.Minute || told.Unsent != 1 {
		t.Errorf("%+v", told)
	}
	delete(w.fail, "topic")
	if told := r.Digest(t.Context(), w.due[0]); told.After != 0 || len(w.topic) != 1 {
		t.Errorf("%+v, %d mails", told, len(w.topic))
	}
	r.Digest(t.Context(), w.due[0])
	if len(w.topic) != 1 {
		t.Errorf("%d mails", len(w.topic))
	}
}

// Ensure that two processes with one notice do not report twice.
func TestOneProcessReports(t *testing.T) {
	w := newWorld()
	r := w.reporter(t)
	item := ledger.Item{}.Apply(entry(1))
	if err := w.Save(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	nested := false
	w.onSave = func() {
		w.onSave = nil
		nested = true
		if told := w.reporter(t).Tell(t.Context(), item.Key); len(told.Findings) != 1 {
			t.Errorf("%+v", told)
		}
	}
	if told := r.Tell(t.Context(), item.Key); told.Err != nil {
		t.Errorf("%+v", told)
	}
	if !nested || len(w.bus) != 1 {
		t.Errorf("reported %d times", len(w.bus))
	}
}

// Ensure that many findings of one actor and kind are sent in one message, that none is left out, and that open
// and resolved findings are not mixed.
func TestFindingsAreGathered(t *testing.T) {
	w := newWorld()
	r := w.reporter(t)
	for n := range 150 {
		apply(t, r, entry(n+1, func(e *ledger.Entry) {
			if n%3 == 0 {
				e.Attempt.Outcome, e.Attempt.Error = finding.Failed, "denied"
			}
		}))
	}
	w.now = noon.Add(ledger.Window)
	for _, key := range w.due {
		r.Digest(t.Context(), key)
	}
	ids := map[string]bool{}
	for _, mail := range w.topic {
		for _, f := range mail {
			ids[f.ID] = true
			if f.Status != mail[0].Status {
				t.Error("open and resolved findings are mixed")
			}
		}
	}
	if len(ids) != 150 || len(w.topic) > 4 {
		t.Errorf("%d findings in %d mails", len(ids), len(w.topic))
	}
}

func TestAnObservedFindingIsNotPublished(t *testing.T) {
	w := newWorld()
	told := apply(t, w.reporter(t), entry(1, func(e *ledger.Entry) { e.Decision.Mode, e.Attempt = config.Observe, nil }))
	if len(told.Findings) != 1 || len(w.bus)+len(w.ocsf)+len(w.hub)+len(w.due) != 0 || told.Findings[0].Outcome != finding.Planned {
		t.Errorf("%+v, %d on the bus", told, len(w.bus))
	}
}

// history returns a call as in CloudTrail's event history.
func history(t *testing.T, name, parameters string, at time.Time) trail.Raw {
	t.Helper()
	raw, err := trail.Read(fmt.Appendf(nil, `{"eventID": "h", "eventSource": "iam.amazonaws.com", "eventName": %q, "eventTime": %q, "awsRegion": "us-east-1",
		"recipientAccountId": %q, "userIdentity": {"arn": "arn:aws:iam::123456789012:user/mallory"}, "requestParameters": %s}`, name, at.Format(time.RFC3339), account, parameters))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Ensure that the opener of a finding is looked up if no event has shown it, and that it is not required.
func TestTheOpenerIsLookedUp(t *testing.T) {
	w := newWorld()
	w.calls = []trail.Raw{
		history(t, "DeleteRolePermissionsBoundary", `{"roleName": "app1"}`, noon.Add(time.Hour)), // after the drift was found
		history(t, "TagRole", `{"roleName": "app1"}`, noon.Add(-time.Minute)),
		history(t, "DeleteRolePermissionsBoundary", `{"roleName": "other"}`, noon.Add(-time.Minute)),
		history(t, "DeleteRolePermissionsBoundary", `{"roleName": "app1"}`, noon.Add(-time.Hour)),
	}
	apply(t, w.reporter(t), entry(1))
	f := w.bus[0]
	if f.OpenedBy == nil || f.OpenedBy.Actor.ARN != "arn:aws:iam::123456789012:user/mallory" || !f.Exposure.From.Equal(noon.Add(-time.Hour)) {
		t.Errorf("opened by %+v, %+v", f.OpenedBy, f.Exposure)
	}
	w.fail["history"] = throttle
	told := apply(t, w.reporter(t), entry(2))
	if told.Err != nil || w.bus[1].OpenedBy != nil {
		t.Errorf("%+v", told)
	}
	asked := w.asked
	none := ""
	apply(t, w.reporter(t), entry(3, func(e *ledger.Entry) {
		e.Trigger.Boundary = &none
		e.Evidence = []ledger.Evidence{{Cause: e.Trigger, Opens: true, Decision: e.Decision}}
	}))
	if w.asked != asked {
		t.Error("the history was read although an event shows the opener")
	}
}

// Ensure that a call is not reported as the opener if its boundary could not be read when the drift was found:
// the meaning of that boundary is not known.
func TestABoundaryThatWasGoneShowsNoOpener(t *testing.T) {
	other := "arn:aws:iam::123456789012:policy/other"
	for why, c := range map[string]struct {
		relation compare.Relation
		want     bool
	}{
		"as it was found":        {compare.Equal, true},
		"gone when it was found": {compare.Unproven, false},
	} {
		w := newWorld()
		w.calls = []trail.Raw{history(t, "PutRolePermissionsBoundary", fmt.Sprintf(`{"roleName": "app1", "permissionsBoundary": %q}`, other), noon.Add(-time.Hour))}
		apply(t, w.reporter(t), entry(1, func(e *ledger.Entry) {
			e.Decision.Drift, e.Decision.Basis, e.Decision.Attached = finding.Replaced, plan.OtherBoundary, other
			e.Decision.Meaning = exposure.Meaning{Relation: c.relation, DeniesAll: compare.Proven}
		}))
		if got := w.bus[0].OpenedBy != nil; got != c.want {
			t.Errorf("%s: opened by %+v", why, w.bus[0].OpenedBy)
		}
	}
}

// Ensure that missing information delays nothing and counts as severe.
func TestMissingInformationDelaysNothing(t *testing.T) {
	w := newWorld()
	w.fail["identity"] = throttle
	told := apply(t, w.reporter(t), entry(1))
	if told.Err != nil || len(w.bus) != 1 || w.bus[0].Severity != finding.High {
		t.Errorf("%+v", told)
	}
}

func TestSeverityIsThatOfTheEscape(t *testing.T) {
	w := newWorld()
	w.identity = []principal.IdentityPolicy{{Name: "p", Document: []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}`)}}
	apply(t, w.reporter(t), entry(1))
	if f := w.bus[0]; f.Severity != finding.Critical || !f.Escape || f.Witness == nil || !slices.Contains(f.Services, "iam") {
		t.Errorf("%+v", f)
	}
}

func TestAFindingOnAPolicyShowsWhatChanged(t *testing.T) {
	w := newWorld()
	w.bounded = []principal.Ref{{Partition: "aws", Account: account, Kind: principal.Role, Name: "capped"}}
	e := entry(1, func(e *ledger.Entry) {
		e.Kind, e.ARN, e.ID, e.Key = target.Policy, boundary, "", "policy#"+account+"#"+boundary
		e.Decision = plan.Policy(config.Boundary{ARN: boundary, Mode: config.Enforce}, exposure.Meaning{
			Relation: compare.Wider, WiderWitness: &finding.Witness{Action: "ec2:RunInstances", Resource: "*"},
		})
		e.Decision.Live = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`)
		e.Attempt.Action = e.Decision.Actions[0]
	})
	apply(t, w.reporter(t), e)
	f := w.bus[0]
	if f.Principal != nil || f.Severity != finding.Critical || len(f.Diff) == 0 || f.Witness == nil || !slices.Equal(f.Affects, finding.Strings{"arn:aws:iam::123456789012:role/capped"}) {
		t.Errorf("%+v", f)
	}
}
