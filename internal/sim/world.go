package sim

import (
	"container/heap"
	"sync"
	"testing/synctest"
	"time"

	"github.com/ringfence/ringfence/internal/exposure"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// World is one running story. Only the scheduler changes it, except for what mu guards.
type World struct {
	Options
	setting

	account *iam.Account
	ids     *wire.IDs
	start   time.Time
	chaos   chaos

	table  map[string]row
	queues map[string]*lane
	sinks  sinks
	record []recorded // CloudTrail's history, by time
	truth  truth
	counts map[string]int
	// hurtKeys are the targets of processes that a fault hit.
	hurtKeys map[string]bool
	edges    edges

	log    story
	Result Result
	hash   uint64

	due    agenda
	events int
	serial int

	mu    sync.Mutex
	fresh []*call
	wake  chan struct{}
}

// newWorld makes the account of a story, and the adversary's plan. It runs in a bubble.
func newWorld(o Options, documents *exposure.Documents) *World {
	time.Sleep(time.Until(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)))
	w := &World{
		Options: o, setting: newSetting(o.Seed), start: time.Now(), ids: wire.NewIDs(o.Seed + 1),
		table: map[string]row{}, queues: map[string]*lane{}, counts: map[string]int{}, hurtKeys: map[string]bool{}, wake: make(chan struct{}, 1),
	}
	w.Result.Faults = map[string]int{}
	w.chaos = newChaos(w)
	w.account = iam.NewAccount(accountID, partition, time.Now, w.ids)
	w.truth.byKey, w.truth.edited = map[string]*subject{}, map[string][]time.Time{}
	for _, q := range []lane{
		{name: "events", visibility: time.Minute, timeout: enforceTime, most: 3},
		{name: "follow-up", visibility: time.Minute, timeout: enforceTime, most: 2},
		{name: "report", visibility: 2 * time.Minute, timeout: reportTime, most: 2},
	} {
		w.queues[q.name] = &q
	}
	w.edges = w.wire(documents)
	w.populate()
	time.Sleep(time.Hour) // so long ago that no read is that stale
	w.start = time.Now()
	return w
}

// mostEvents limits a story that would never end because Ringfence keeps sending itself messages.
const mostEvents = 150_000

// run makes things happen in order of time, until nothing is left or the time is up.
func (w *World) run(until time.Time) {
	for {
		synctest.Wait() // all goroutines wait for an answer now
		w.intake()
		if len(w.due) == 0 && len(w.edges.running) == 0 {
			return
		}
		next := until
		if len(w.due) > 0 && w.due[0].at.Before(until) {
			next = w.due[0].at
		}
		if d := time.Until(next); d > 0 {
			timer := time.NewTimer(d)
			select {
			case <-timer.C:
			case <-w.wake: // a deadline passed, and there is a new call
				timer.Stop()
				continue
			}
		}
		if len(w.due) == 0 || w.due[0].at.After(time.Now()) {
			if !time.Now().Before(until) {
				return
			}
			continue
		}
		if w.events++; w.events > mostEvents {
			w.Result.breaks(w, "f", "the story does not end: %d things have happened by %v", w.events, w.since())
			return
		}
		heap.Pop(&w.due).(item).do()
	}
}

// since returns the time since the story's start.
func (w *World) since() time.Duration { return time.Since(w.start) }

// mix adds an event to the trace with which two runs are compared.
func (w *World) mix(words ...string) {
	d := roll(w.hash, words...)
	w.hash = d.next() ^ uint64(w.since())
}
