package reconcile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/plan"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/reconcile"
	"github.com/ringfence/ringfence/internal/report"
	"github.com/ringfence/ringfence/internal/target"
	"github.com/ringfence/ringfence/internal/trail"
)

const (
	account  = "123456789012"
	boundary = "arn:aws:iam::123456789012:policy/team-boundary"
	wide     = "arn:aws:iam::123456789012:policy/wide"
)

var (
	approved = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`)
	anything = []byte(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`)
	start    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// world is an account, the ledger, the queues and the recipients, with faults to inject.
type world struct {
	t        *testing.T
	mode     config.Mode
	approved []byte
	// config is the configuration; empty for one boundary that all principals must carry.
	config string

	mu         sync.Mutex
	now        time.Time
	principals map[string]principal.Snapshot // by name
	policies   map[string]principal.PolicyState
	group      []principal.Ref
	rows       map[string][]byte
	versions   map[string]int64
	told       []string
	journal    []ledger.Entry
	later      []later
	digests    []string
	mails      [][]finding.Finding
	events     []finding.Finding
	writes     []plan.Action
	reads      int

	// fail is called before each call, with its name and its subject.
	fail func(call, about string) error
}

type later struct {
	work target.Work
	due  time.Time
}

func newWorld(t *testing.T) *world {
	return &world{
		t: t, mode: config.Enforce, approved: approved, now: start.Add(3 * time.Second),
		principals: map[string]principal.Snapshot{},
		policies:   map[string]principal.PolicyState{boundary: state(boundary, approved), wide: state(wide, anything)},
		rows:       map[string][]byte{}, versions: map[string]int64{},
		fail: func(string, string) error { return nil },
	}
}

func state(arn string, documents ...[]byte) principal.PolicyState {
	s := principal.PolicyState{ARN: arn}
	for i, d := range documents {
		s.DefaultVersion = fmt.Sprintf("v%d", i+1)
		s.Versions = append(s.Versions, principal.PolicyVersion{ID: s.DefaultVersion, Document: d, Default: i == len(documents)-1})
	}
	return s
}

func (w *world) role(name, boundary string) {
	ref := principal.Ref{Partition: "aws", Account: account, Kind: principal.Role, Path: "/", Name: name}
	w.principals[name] = principal.Snapshot{Ref: ref, ID: "AROA" + name, Boundary: boundary}
}

func (w *world) user(name, id, boundary string) {
	ref := principal.Ref{Partition: "aws", Account: account, Kind: principal.User, Path: "/", Name: name}
	w.principals[name] = principal.Snapshot{Ref: ref, ID: id, Boundary: boundary}
}

// openAndAway has user jane, AIDA1, found without a boundary by a rule that alerts; then no
// user has that name.
func (w *world) openAndAway() {
	w.mode = "alert"
	w.user("jane", "AIDA1", "")
	w.deliver(event("CreateUser", `{"userName": "jane"}`))
	w.report()
	delete(w.principals, "jane")
}

// cfg returns the parsed configuration.
func (w *world) cfg() *config.Config {
	f, err := config.Single(boundary, w.approved, w.mode)
	if w.config != "" {
		f, err = config.Load("f", []byte(w.config), func(name string) ([]byte, error) {
			if name != "d" {
				return []byte(name), nil
			}
			return w.approved, nil
		})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// process returns one execution environment of enforce.
func (w *world) process() *reconcile.Reconciler {
	return &reconcile.Reconciler{
		Config: w.cfg(), Documents: new(exposure.Documents), Source: w, Remedy: w, Ledger: w, Outbox: w,
		Now: w.clock, PropagationDelay: 30 * time.Second, Concurrency: 10,
	}
}

// look sends one event to enforce, in a new process.
func (w *world) look(e trail.Change) reconcile.Result {
	work, _ := target.FromChange(e, w.process().Control)
	return w.reconcile(work...)
}

func (w *world) reconcile(work ...target.Work) reconcile.Result {
	var all []reconcile.Result
	for _, r := range w.process().Batch(w.t.Context(), work) {
		all = append(all, r)
	}
	return reconcile.Join(all...)
}

// deliver sends an event to enforce until it is done, as SQS does; the clock advances.
func (w *world) deliver(e trail.Change) reconcile.Result {
	for range 20 {
		r := w.look(e)
		if r.After == 0 {
			return r
		}
		w.pass(r.After)
	}
	w.t.Fatalf("%s comes back for ever", e.Name)
	return reconcile.Result{}
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
}

// report lets the report function handle its queue once.
func (w *world) report() (unsent int) {
	r := &report.Reporter{
		Config: w.cfg(), Documents: new(exposure.Documents), Source: w, Ledger: w, Sinks: w, Queue: w, Now: w.clock,
	}
	entries, keys := w.journal, w.told
	w.journal, w.told = nil, nil
	for _, e := range entries {
		if told := r.Apply(w.t.Context(), e); told.After > 0 {
			w.journal = append(w.journal, e)
		}
	}
	for _, key := range keys {
		if told := r.Tell(w.t.Context(), key); told.After > 0 {
			w.told = append(w.told, key)
			unsent++
		}
	}
	return unsent
}

// mail advances the clock by a minute, and sends the digests that are due.
func (w *world) mail() {
	w.pass(ledger.Window)
	r := &report.Reporter{Config: w.cfg(), Documents: new(exposure.Documents), Source: w, Ledger: w, Sinks: w, Queue: w, Now: w.clock}
	for _, key := range w.digests {
		r.Digest(w.t.Context(), key)
	}
	w.digests = nil
}

// followUps does the work that is due.
func (w *world) followUps() {
	due := w.later
	w.later = nil
	for _, l := range due {
		if l.due.After(w.clock()) {
			w.later = append(w.later, l)
			continue
		}
		if r := w.reconcile(l.work); r.After > 0 {
			w.later = append(w.later, later{l.work, w.clock().Add(r.After)})
		}
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) call(call, about string) error {
	if err := w.fail(call, about); err != nil {
		return err
	}
	return nil
}

var (
	throttled = &errclass.Error{Class: errclass.Retryable, Code: "Throttling", Err: errors.New("rate exceeded")}
	denied    = &errclass.Error{Class: errclass.Refused, Code: "AccessDenied", Err: errors.New("denied by an SCP")}
	gone      = &errclass.Error{Class: errclass.Gone, Code: "NoSuchEntity", Err: errors.New("no such entity")}
)

func (w *world) Principal(_ context.Context, ref principal.Ref) (principal.Snapshot, error) {
	if err := w.call("read", ref.Name); err != nil {
		return principal.Snapshot{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reads++
	s, ok := w.principals[ref.Name]
	if !ok {
		return s, gone
	}
	return s, nil
}

func (w *world) Policy(_ context.Context, arn string) (principal.PolicyState, error) {
	if err := w.call("policy", arn); err != nil {
		return principal.PolicyState{}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.policies[arn]
	if !ok {
		return s, gone
	}
	return s, nil
}

func (w *world) Versions(ctx context.Context, arn string) (principal.PolicyState, error) {
	return w.Policy(ctx, arn)
}

// pageOf returns a page of a list, and the marker of the next one. The marker is a count: AWS
// does not promise that no entry is skipped if others leave the list meanwhile.
func pageOf[T any](list []T, marker string) (page []T, next string) {
	from, _ := strconv.Atoi(marker)
	from = min(from, len(list))
	to := min(len(list), from+100)
	if to < len(list) {
		next = strconv.Itoa(to)
	}
	return list[from:to], next
}

func (w *world) Page(_ context.Context, _, marker string) ([]principal.Snapshot, string, error) {
	if err := w.call("page", marker); err != nil {
		return nil, "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	names := make([]string, 0, len(w.principals))
	for name := range w.principals {
		names = append(names, name)
	}
	slices.Sort(names)
	names, next := pageOf(names, marker)
	var page []principal.Snapshot
	for _, name := range names {
		page = append(page, w.principals[name])
	}
	return page, next, nil
}

func (w *world) Carriers(_ context.Context, _, policyARN, marker string) ([]principal.Ref, string, error) {
	if err := w.call("carriers", policyARN); err != nil {
		return nil, "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var names []string
	for name, s := range w.principals {
		if s.Boundary == policyARN {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names, next := pageOf(names, marker)
	var page []principal.Ref
	for _, name := range names {
		ref := w.principals[name].Ref
		ref.Path = ""
		page = append(page, ref)
	}
	return page, next, nil
}

func (w *world) Members(_ context.Context, _, _, marker string) ([]principal.Ref, string, error) {
	page, next := pageOf(w.group, marker)
	return page, next, nil
}

func (w *world) Do(_ context.Context, a plan.Action) (finding.Outcome, error) {
	if err := w.call("do", string(a.Kind)+" "+a.Principal.Name); err != nil {
		return finding.Failed, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch a.Kind {
	case finding.Reattach, finding.Quarantine:
		s, ok := w.principals[a.Principal.Name]
		if !ok {
			return finding.Failed, gone
		}
		if _, ok := w.policies[a.Boundary]; !ok {
			return finding.Failed, &errclass.Error{Class: errclass.Refused, Code: "NoSuchEntity", Err: plan.ErrNoBoundary}
		}
		s.Boundary = a.Boundary
		w.principals[a.Principal.Name] = s
	case finding.CreatePolicy:
		w.policies[a.Policy] = state(a.Policy, a.Document)
	case finding.Restore:
		w.policies[a.Policy] = state(a.Policy, anything, w.approved)
	}
	w.writes = append(w.writes, a)
	return finding.Done, w.fail("done", string(a.Kind)+" "+a.Principal.Name)
}

func (w *world) Load(_ context.Context, key string) (ledger.Item, error) {
	if err := w.call("load", key); err != nil {
		return ledger.Item{Key: key}, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.item(key), nil
}

func (w *world) item(key string) ledger.Item {
	item := ledger.Item{Key: key}
	if row := w.rows[key]; row != nil {
		if err := json.Unmarshal(row, &item); err != nil {
			w.t.Error(err)
		}
	}
	item.Version = w.versions[key]
	return item
}

func (w *world) Save(_ context.Context, item ledger.Item) error {
	if err := w.call("save", item.Key); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.versions[item.Key] != item.Version {
		return &ledger.Conflict{Current: w.item(item.Key)}
	}
	w.versions[item.Key]++
	w.rows[item.Key], _ = json.Marshal(item)
	return nil
}

func (w *world) LoadDigest(_ context.Context, key string) (ledger.Digest, error) {
	d := ledger.Digest{Key: key}
	if row := w.rows[key]; row != nil {
		_ = json.Unmarshal(row, &d)
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

func (w *world) Report(_ context.Context, keys ...string) error {
	if err := w.call("tell", ""); err != nil {
		return err
	}
	w.told = append(w.told, keys...)
	return nil
}

func (w *world) Journal(_ context.Context, e ledger.Entry) error {
	if err := w.call("journal", e.Key); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.journal = append(w.journal, e)
	return nil
}

func (w *world) Schedule(_ context.Context, work target.Work, d time.Duration) error {
	if err := w.call("later", ""); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.later = append(w.later, later{work, w.now.Add(d)})
	return nil
}

func (w *world) Digest(_ context.Context, key string, _ time.Time) error {
	w.digests = append(w.digests, key)
	return nil
}

func (w *world) Topic(_ context.Context, _ string, f []finding.Finding) error {
	if err := w.call("topic", ""); err != nil {
		return err
	}
	w.mails = append(w.mails, f)
	return nil
}

func (w *world) Bus(_ context.Context, f finding.Finding) error {
	if err := w.call("bus", ""); err != nil {
		return err
	}
	w.events = append(w.events, f)
	return nil
}

func (w *world) OCSF(context.Context, finding.Finding) error { return nil }

func (w *world) SecurityHub(context.Context, finding.Finding) error { return nil }

func (w *world) IdentityPolicies(context.Context, principal.Ref) ([]principal.IdentityPolicy, error) {
	return nil, w.call("identity", "")
}

func (w *world) BoundedBy(context.Context, string, string) ([]principal.Ref, error) { return nil, nil }
func (w *world) AttachedTo(context.Context, string) ([]string, error)               { return nil, nil }

var eventCount int

// event returns the record of a call on a role.
func event(name, parameters string) trail.Change {
	eventCount++
	return eventAt(start, name, parameters)
}

func eventAt(at time.Time, name, parameters string) trail.Change {
	eventCount++
	text := fmt.Appendf(nil, `{"eventVersion": "1.11", "eventID": "e-%d", "eventSource": "iam.amazonaws.com", "eventName": %q,
		"eventTime": %q, "awsRegion": "us-east-1", "recipientAccountId": %q,
		"userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/eve"}, "requestParameters": %s}`,
		eventCount, name, at.Format(time.RFC3339), account, parameters)
	c, err := trail.Parse(text)
	if err != nil {
		panic(err)
	}
	return c
}

func roleEvent(name, role string) trail.Change {
	return event(name, fmt.Sprintf(`{"roleName": %q}`, role))
}

// wantTold checks what the bus received, as "drift outcome status #revision".
func (w *world) wantTold(want ...string) {
	w.t.Helper()
	var got []string
	for _, f := range w.events {
		got = append(got, fmt.Sprintf("%s %s %s #%d", f.Drift, f.Outcome, f.Status, f.Revision))
	}
	if !slices.Equal(got, want) {
		w.t.Errorf("reported %q\nwant %q", got, want)
	}
}

func (w *world) wantBoundary(name, want string) {
	w.t.Helper()
	if got := w.principals[name].Boundary; got != want {
		w.t.Errorf("%s carries %q, want %q", name, got, want)
	}
}
