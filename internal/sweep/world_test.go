package sweep_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/assess"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/ledger"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/sweep"
	"github.com/ringfence/ringfence/internal/target"
)

const (
	number     = "123456789012"
	team       = "arn:aws:iam::" + number + ":policy/team"
	approved   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	configYAML = `
version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
rules:
  - {name: people, match: {kinds: [user]}, boundary: team, mode: alert}
  - {name: workloads, match: {kinds: [role]}, boundary: team}
`
)

// world is an account, the ledger and the queues, with problems.
type world struct {
	authdetails.Directory // for what is not asked here
	t                     *testing.T
	rng                   *rand.Rand
	mu                    sync.Mutex
	now                   time.Time
	principals            []principal.Snapshot
	document              string
	size                  int     // of a page
	bad                   float64 // how likely a call goes wrong
	forks                 int     // how often a process was killed after it had sent the next message
	unreadable            bool    // set where one policy never can be read
	closed                bool    // set where nobody may read the whole ledger
	read                  map[string]bool
	ledger                map[string]ledger.Item
	handed                []target.Work
	sweeper               *sweep.Sweeper
}

var (
	errThrottled = errclass.New(errclass.Retryable, "throttled")
	errKilled    = errors.New("killed")
)

func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	f, err := config.Load("ringfence.yaml", []byte(configYAML), func(string) ([]byte, error) { return []byte(approved), nil })
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		t: t, rng: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), document: approved, size: 100,
		read: map[string]bool{}, ledger: map[string]ledger.Item{},
	}
	w.sweeper = &sweep.Sweeper{
		Assessor: &assess.Assessor{Config: f, Documents: new(exposure.Documents), Source: w, Now: w.clock, Concurrency: 3},
		Ledger:   w, Outbox: w, Now: w.clock, Reserve: 24 * time.Hour,
	}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// add creates principals, with a boundary or without.
func (w *world) add(kind principal.Kind, n int, boundary string) {
	for range n {
		i := len(w.principals)
		w.principals = append(w.principals, principal.Snapshot{
			Ref: principal.Ref{Partition: "aws", Account: number, Kind: kind, Path: "/", Name: fmt.Sprint("p", i)},
			ID:  fmt.Sprint("AROA", i), Boundary: boundary,
		})
	}
}

// wrong reports whether a call fails. Some problems end the process.
func (w *world) wrong() error {
	if w.rng.Float64() >= w.bad {
		return nil
	}
	if w.rng.IntN(3) == 0 {
		panic(errKilled)
	}
	return errThrottled
}

func (w *world) Page(_ context.Context, _, marker string) (page []principal.Snapshot, next string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.wrong(); err != nil {
		return nil, "", err
	}
	from, _ := strconv.Atoi(marker)
	to := min(len(w.principals), from+1+w.rng.IntN(w.size))
	for _, p := range w.principals[from:to] {
		w.read[p.ID] = true
		page = append(page, p)
	}
	if to < len(w.principals) {
		next = strconv.Itoa(to)
	}
	return page, next, nil
}

func (w *world) Principal(_ context.Context, ref principal.Ref) (principal.Snapshot, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.principals {
		if p.Kind == ref.Kind && p.Name == ref.Name {
			return p, nil
		}
	}
	return principal.Snapshot{}, errclass.New(errclass.Gone, "no %s", ref)
}

func (w *world) Policy(_ context.Context, arn string) (principal.PolicyState, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.bad > 0 && w.rng.Float64() < w.bad/2 { // in a goroutine of the core, which nobody recovers from here
		return principal.PolicyState{}, errThrottled
	}
	if w.unreadable && arn != team {
		return principal.PolicyState{}, errThrottled
	}
	document := w.document
	if arn != team {
		document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	}
	return principal.PolicyState{ARN: arn, DefaultVersion: "v1", Versions: []principal.PolicyVersion{{ID: "v1", Default: true, Document: []byte(document)}}}, nil
}

func (w *world) Versions(ctx context.Context, arn string) (principal.PolicyState, error) {
	return w.Policy(ctx, arn)
}

func (w *world) Load(_ context.Context, key string) (ledger.Item, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if item, ok := w.ledger[key]; ok {
		return item, w.wrong()
	}
	return ledger.Item{Key: key}, w.wrong()
}

// Open returns one item at a time.
func (w *world) Open(_ context.Context, marker string) (page []ledger.Item, unread int, next string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.wrong(); err != nil {
		return nil, 0, "", err
	}
	if w.closed {
		return nil, 0, "", errclass.New(errclass.Refused, "denied")
	}
	keys := slices.Sorted(maps.Keys(w.ledger))
	for i, key := range keys {
		if key <= marker {
			continue
		}
		if _, open := w.ledger[key].Open(); open {
			page = append(page, w.ledger[key])
		}
		if i < len(keys)-1 {
			next = key
		}
		return page, 0, next, nil
	}
	return nil, 0, "", nil
}

func (w *world) Schedule(_ context.Context, work target.Work, _ time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.wrong(); err != nil {
		return err
	}
	w.handed = append(w.handed, work)
	return nil
}

// step handles one message, as the function does. The process may be killed, even after it has
// sent the next message.
func (w *world) step(message []byte) (next []byte, state sweep.State, kept bool) {
	defer func() {
		if p := recover(); p != nil {
			if p != any(errKilled) {
				panic(p)
			}
			kept = true
		}
	}()
	var st sweep.State
	if err := json.Unmarshal(message, &st); err != nil {
		w.t.Fatal(err)
	}
	if err := st.Check(); err != nil {
		w.t.Fatalf("%s: %v", message, err)
	}
	// Enough for one page, or for all.
	ctx := w.t.Context()
	if w.rng.IntN(4) > 0 {
		short, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		ctx = short
	}
	state, after, err := w.sweeper.Step(ctx, st)
	if err != nil && after == 0 {
		return nil, st, true
	}
	w.mu.Lock()
	w.now = w.now.Add(after)
	w.mu.Unlock()
	if !state.Finished() {
		next, err = json.Marshal(state)
		if err != nil || len(next) > 200<<10 {
			w.t.Fatalf("%d bytes: %v", len(next), err)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.forks < 3 && w.rng.Float64() < w.bad {
		w.forks++
		return next, state, true
	}
	return next, state, false
}

// sweep runs a sweep to its end, and returns its final states: several if a process was killed
// after it had sent the next message.
func (w *world) sweep() (ends []sweep.State) {
	w.t.Helper()
	queue := [][]byte{[]byte("{}")}
	for n := 0; len(queue) > 0; n++ {
		if n > 20000 {
			w.t.Fatal("it does not end")
		}
		i := w.rng.IntN(len(queue))
		next, state, kept := w.step(queue[i])
		if next != nil {
			queue = append(queue, next)
		}
		if !kept {
			queue = append(queue[:i], queue[i+1:]...)
		}
		if state.Finished() {
			ends = append(ends, state)
		}
	}
	return ends
}

// outside returns the distinct principals that were handed over to enforce, and whether and how
// often the sweep was reported as held.
func (w *world) outside() (ids map[string]bool, held, free int) {
	ids = map[string]bool{}
	for _, work := range w.handed {
		t := work.Target
		if len(work.Causes) != 1 || work.Causes[0].Kind != target.Swept || work.Causes[0].Event.ID == "" {
			w.t.Errorf("%s was handed over because of %+v", t, work.Causes)
		}
		switch {
		case t.Kind == target.Sweep && t.Held != nil:
			held++
		case t.Kind == target.Sweep:
			free++
		case t.Kind == target.Policy:
			ids[t.ARN] = true
		default:
			ids[t.ID] = true
		}
	}
	return ids, held, free
}
