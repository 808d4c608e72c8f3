package handler

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/ownparts"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/target"
)

const ownQueue = "arn:aws:sqs:us-east-1:123456789012:ringfence-events"

// readDiffering decodes the work on a part that a sweep handed over at a time.
func readDiffering(t *testing.T, arn string, at time.Time, properties ...string) message {
	t.Helper()
	own, err := tamper.Parse(ownQueue)
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(target.FollowUp{
		Source: target.Source, DetailType: target.Form, Account: "123456789012", Time: at,
		Detail: target.Work{Target: target.OfPart(ownparts.Difference{ARN: arn, Properties: properties}), Causes: []target.Cause{{Kind: target.Swept}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return read(body, own)
}

// A part that differs is reported once a day while the same properties differ.
func TestAPartThatDiffersIsReported(t *testing.T) {
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	id := func(at time.Time, properties ...string) string {
		t.Helper()
		l := readDiffering(t, ownQueue, at, properties...)
		if l.err != nil || len(l.work) != 1 || len(l.work[0].Causes) != 1 {
			t.Fatalf("%+v", l)
		}
		w := l.work[0]
		c := w.Causes[0]
		if w.Target.Kind != target.Control || w.Target.ARN != ownQueue || w.Target.Account != "123456789012" || w.Target.Partition != "aws" ||
			c.PartChange == nil || !c.PartChange.Found || c.PartChange.Resources[0] != ownQueue || c.Event.Region != "us-east-1" || c.Actor.ARN != "" {
			t.Errorf("%+v", w)
		}
		return c.Event.ID
	}
	first := id(noon, "Policy", "RedrivePolicy")
	if got := id(noon.Add(6*time.Hour), "Policy", "RedrivePolicy"); got != first {
		t.Errorf("the same is reported again: %s, %s", first, got)
	}
	if got := id(noon.Add(24*time.Hour), "Policy", "RedrivePolicy"); got == first {
		t.Error("it is forgotten the next day")
	}
	if got := id(noon, "Policy"); got == first {
		t.Error("another difference is not told")
	}
	if l := readDiffering(t, "arn:aws:sqs:us-east-1:123456789012:orders", noon, "Policy"); l.err == nil || len(l.work) > 0 {
		t.Errorf("another queue: %+v", l)
	}
	if l := readDiffering(t, ownQueue, noon); l.err == nil || len(l.work) > 0 {
		t.Errorf("no difference: %+v", l)
	}
}
