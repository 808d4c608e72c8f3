package reconcile_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/target"
)

// All ten drifts of a batch are repaired concurrently: ten writes are under way at once, and
// only the read, the intent and the policy come before them.
func TestTenDriftsAreRepairedConcurrently(t *testing.T) {
	const drifts = 10
	w := newWorld(t)
	var work []target.Work
	for i := range drifts {
		name := fmt.Sprintf("app%d", i)
		w.role(name, "")
		more, _ := target.FromChange(roleEvent(drop, name), w.process().Control)
		work = append(work, more...)
	}
	var all sync.WaitGroup
	all.Add(drifts)
	together := make(chan struct{})
	go func() { all.Wait(); close(together) }()
	w.fail = func(call, _ string) error {
		if call != "do" {
			return nil
		}
		all.Done()
		select {
		case <-together:
			return nil
		case <-time.After(10 * time.Second):
			return fmt.Errorf("a repair waits for another one")
		}
	}
	for same, r := range w.process().Batch(t.Context(), work) {
		if r.Err != nil || r.After != 0 {
			t.Errorf("%s: %+v", same, r)
		}
	}
	for i := range drifts {
		w.wantBoundary(fmt.Sprintf("app%d", i), boundary)
	}
}
