package metrics

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/pipeline"
)

var now = time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC)

// sum reads what Write wrote as CloudWatch does: the values of each metric, by name and
// dimensions.
func sum(t *testing.T, text []byte) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	for _, l := range bytes.Split(bytes.TrimSpace(text), []byte("\n")) {
		var doc map[string]any
		if err := json.Unmarshal(l, &doc); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		meta := doc["_aws"].(map[string]any)
		if at := meta["Timestamp"].(float64); at != float64(now.UnixMilli()) {
			t.Errorf("timestamp %v", at)
		}
		for _, d := range meta["CloudWatchMetrics"].([]any) {
			directive := d.(map[string]any)
			if directive["Namespace"] != Namespace {
				t.Errorf("namespace %v", directive["Namespace"])
			}
			for _, set := range directive["Dimensions"].([]any) {
				name := ""
				for _, dimension := range set.([]any) {
					value, ok := doc[dimension.(string)].(string)
					if !ok {
						t.Errorf("dimension %v has no value in %s", dimension, l)
					}
					name += "/" + value
				}
				for _, m := range directive["Metrics"].([]any) {
					metric := m.(map[string]any)["Name"].(string)
					switch v := doc[metric].(type) {
					case float64:
						got[metric+name] += v
					case []any:
						for _, one := range v {
							got[metric+name] += one.(float64)
						}
					default:
						t.Errorf("metric %s has no value in %s", metric, l)
					}
				}
			}
		}
	}
	return got
}

// Ensure that the repair of a second look, whose event is a finding of a minute ago, does
// not make repairs look slow.
func TestASecondLookHasNoTimeToCountFrom(t *testing.T) {
	report := pipeline.Report{Findings: []finding.Finding{{
		Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Done,
		Time: now, Event: finding.Event{Time: now.Add(-time.Minute)}, Undo: "aws iam …",
	}}}
	for source, want := range map[string]float64{"iam.amazonaws.com": 60_000, finding.Source: 0} {
		report.Change.Source, report.Change.Name = source, finding.DetailType
		var b bytes.Buffer
		if err := Write(&b, now, report, nil); err != nil {
			t.Fatal(err)
		}
		if got := sum(t, b.Bytes())[EventToAction]; got != want {
			t.Errorf("%s: %v ms, want %v", source, got, want)
		}
	}
}

func TestWrite(t *testing.T) {
	event := finding.Event{Time: now.Add(-5 * time.Second)}
	repaired := finding.Finding{
		Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Done,
		Time: now, Event: event, Undo: "aws iam …",
	}
	failed := finding.Finding{Drift: finding.Replaced, Action: finding.Reattach, Outcome: finding.Failed, Time: now, Event: event}
	report := pipeline.Report{
		Findings: []finding.Finding{repaired, failed, repaired, {Drift: finding.None}, {Drift: finding.ControlTampered, Action: finding.Alert, Outcome: finding.Done}},
		Unsent:   []finding.Finding{failed},
	}
	var b bytes.Buffer
	if err := Write(&b, now, report, errors.New("one failed")); err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		EventsProcessed: 1, EventsFailed: 1, FindingsUnsent: 1, RepairsFailed: 1, ControlTampered: 1,
		Drift: 4, Drift + "/missing": 2, Drift + "/replaced": 1, Drift + "/control-tampered": 1,
		Actions + "/reattach/done": 2, Actions + "/reattach/failed": 1, Actions + "/alert/done": 1,
		EventToAction: 10000,
	}
	if diff := cmp.Diff(want, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestWriteOfAnEventWithoutDriftCountsZeros(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, now, pipeline.Report{Findings: []finding.Finding{{Drift: finding.None}}}, nil); err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{EventsProcessed: 1, EventsFailed: 0, FindingsUnsent: 0, RepairsFailed: 0, ControlTampered: 0}
	if diff := cmp.Diff(want, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestWriteSaysWhatItCouldNotWrite(t *testing.T) {
	if err := Write(broken{}, now, pipeline.Report{}, nil); err == nil {
		t.Error("no error")
	}
}
