package report

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/ledger"
)

// drifts returns an item with resolved findings, one after another, that are not reported yet.
func drifts(n int) (item ledger.Item) {
	for i := range n {
		at := noon.Add(time.Duration(i) * time.Minute)
		item = item.Apply(entry(1, func(e *ledger.Entry) {
			e.At, e.Attempt.ID, e.Attempt.Begun, e.Attempt.Ended = at, fmt.Sprint("a", i), at, at
		}))
	}
	return item
}

// Ensure that a process that ends while it reports many findings has made progress: the next process continues
// from there.
func TestReportingMakesProgress(t *testing.T) {
	w := newWorld()
	item := drifts(8)
	if err := w.Save(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	const most = 3 // findings that a process reports before it ends
	for n := 1; n <= 2; n++ {
		func() {
			defer func() { _ = recover() }()
			saves := 0
			var count func()
			count = func() {
				if w.onSave = count; saves == most+1 { // one to claim
					panic("the process ends")
				}
				saves++
			}
			w.onSave = count
			w.reporter(t).Tell(t.Context(), item.Key)
		}()
		w.onSave = nil
		if told := w.reporter(t).Tell(t.Context(), item.Key); len(told.Findings) != 0 || told.After <= Soon {
			t.Errorf("%d: another process reports too: %+v", n, told)
		}
		w.now = w.now.Add(lease + time.Second)
	}
	if told := w.reporter(t).Tell(t.Context(), item.Key); told.After != 0 {
		t.Errorf("%+v", told)
	}
	ids := map[string]int{}
	for _, f := range w.bus {
		ids[f.ID]++
	}
	// The finding that a process was reporting when it ended may be reported again.
	if len(ids) != 8 || len(w.bus) > 10 {
		t.Errorf("%d findings were reported, %d times", len(ids), len(w.bus))
	}
}

// Ensure that findings that are written while an item is reported are reported by the same process.
func TestFindingsOfTheMeantimeAreReported(t *testing.T) {
	w := newWorld()
	item := drifts(1)
	if err := w.Save(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	saves := 0
	var count func()
	count = func() {
		w.onSave = nil
		if saves++; saves == 2 { // after the report, before the mark
			current, _ := w.Load(t.Context(), item.Key)
			later := noon.Add(time.Hour)
			next := current.Apply(entry(1, func(e *ledger.Entry) {
				e.At, e.Attempt.ID, e.Attempt.Begun, e.Attempt.Ended = later, "b", later, later
			}))
			if err := w.Save(t.Context(), next); err != nil {
				t.Error(err)
			}
			return
		}
		w.onSave = count
	}
	w.onSave = count
	if told := w.reporter(t).Tell(t.Context(), item.Key); len(told.Findings) != 2 || len(w.bus) != 2 || told.After != 0 {
		t.Errorf("%d reported (%+v)", len(w.bus), told)
	}
}

// Ensure that no finding is begun without enough time, and that the rest is reported later.
func TestReportingEndsInTime(t *testing.T) {
	w := newWorld()
	item := drifts(3)
	if err := w.Save(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), reserve-time.Second)
	defer cancel()
	told := w.reporter(t).Tell(ctx, item.Key)
	if len(told.Findings) != 1 || told.After != Soon {
		t.Errorf("%+v", told)
	}
	if told := w.reporter(t).Tell(t.Context(), item.Key); len(told.Findings) != 2 || told.After != 0 {
		t.Errorf("then %+v", told)
	}
}

// Ensure that an entry is reported once when it is applied, however often it arrives, and that it is tried again
// while another process, which may have ended, has claimed its item.
func TestAnEntryIsReportedOnce(t *testing.T) {
	w := newWorld()
	r := w.reporter(t)
	for range 2 {
		if told := r.Apply(t.Context(), entry(1)); told.After != 0 || len(w.told) != 0 || len(w.bus) != 1 {
			t.Errorf("%+v, notices %v, %d on the bus", told, w.told, len(w.bus))
		}
	}
	second := entry(2)
	if err := w.Save(t.Context(), ledger.Item{Key: second.Key}.Apply(second)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.claim(t.Context(), second.Key); err != nil {
		t.Fatal(err)
	}
	if told := r.Apply(t.Context(), second); told.After == 0 || len(w.bus) != 1 {
		t.Errorf("%+v, %d on the bus", told, len(w.bus))
	}
	w.now = w.now.Add(lease + time.Second)
	if told := r.Apply(t.Context(), second); told.After != 0 || len(w.bus) != 2 {
		t.Errorf("%+v, %d on the bus", told, len(w.bus))
	}
}

// Ensure that each sink has its own mark: an unavailable sink does not delay another, and gets the revision once
// when it is available again.
func TestNoSinkWaitsForAnother(t *testing.T) {
	for _, down := range []string{"bus", "ocsf", "hub"} {
		w := newWorld()
		r := w.reporter(t)
		w.fail[down] = throttle
		told := apply(t, r, entry(1))
		for range 3 {
			told = r.Tell(t.Context(), entry(1).Key)
		}
		counts := map[string]int{"bus": len(w.bus), "ocsf": len(w.ocsf), "hub": len(w.hub)}
		for sink, n := range counts {
			if want := 1; n != want && sink != down || sink == down && n != 0 {
				t.Errorf("%s is down, and the %s has %d", down, sink, n)
			}
		}
		if told.After != Soon || told.Unsent != 1 || len(w.due) != 1 || len(w.looks) != 1 {
			t.Errorf("%s is down: %+v, %d digests, %d looks", down, told, len(w.due), len(w.looks))
		}
		delete(w.fail, down)
		for range 3 {
			if told := r.Tell(t.Context(), entry(1).Key); told.Err != nil || told.After != 0 {
				t.Errorf("%s is back: %+v", down, told)
			}
		}
		if len(w.bus) != 1 || len(w.ocsf) != 1 || len(w.hub) != 1 || len(w.due) != 1 {
			t.Errorf("%s is back: %d, %d, %d, %d", down, len(w.bus), len(w.ocsf), len(w.hub), len(w.due))
		}
	}
}
