package reconcile_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
)

// Many unreported calls on one part do not make its item larger than the ledger allows (400
// KB): otherwise none of them would be recorded, and their messages would delay others.
// Duplicates add nothing.
func TestManyCallsOnOnePartFitTheLedger(t *testing.T) {
	const n = 500
	alarm := "arn:aws:cloudwatch:us-east-1:" + account + ":alarm:ringfence-errors"
	w := newWorld(t)
	for range 2 {
		var work []target.Work
		for i := range n {
			c := target.Cause{
				Kind: target.Event, Event: finding.Event{ID: fmt.Sprint("flood-", i), Name: "SetAlarmState", Time: start.Add(time.Duration(i) * time.Millisecond)},
				PartChange: &tamper.Change{Resources: []string{alarm}, Effect: "nobody is told", Remedy: "put it back"},
			}
			work = append(work, target.Work{Target: target.Target{Kind: target.Control, Partition: "aws", Account: account, ARN: alarm}, Causes: []target.Cause{c}})
		}
		for _, r := range w.process().Batch(t.Context(), target.Merge(work)) {
			if r.After > 0 || r.Err != nil {
				t.Fatalf("%+v", r)
			}
		}
	}
	w.report()
	items := 0
	for key, row := range w.rows {
		if strings.HasPrefix(key, "digest") {
			continue
		}
		items++
		if len(row) > 10<<10 {
			t.Errorf("%s has %d bytes", key, len(row))
		}
	}
	if items != n {
		t.Errorf("%d items, want %d", items, n)
	}
	if len(w.events) != n {
		t.Errorf("%d findings are reported, want %d", len(w.events), n)
	}
}
