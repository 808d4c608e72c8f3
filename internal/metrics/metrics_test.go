package metrics

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/finding"
)

var now = time.Date(2026, 3, 1, 12, 0, 5, 0, time.UTC)

// sum reads the metrics as CloudWatch does: the values of each metric, by name and dimensions.
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

func TestHandled(t *testing.T) {
	repaired := Look{Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Done, Took: 5 * time.Second}
	var b bytes.Buffer
	err := Handled(&b, now, []Look{
		repaired,
		{Drift: finding.Replaced, Action: finding.Reattach, Outcome: finding.Failed},
		repaired,
		{Drift: finding.ControlTampered, Action: finding.Alert, Outcome: finding.Done},
	}, true)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		EventsProcessed: 1, EventsFailed: 1, RepairsFailed: 1, ControlTampered: 1,
		Drift: 4, Drift + "/missing": 2, Drift + "/replaced": 1, Drift + "/control-tampered": 1,
		Actions + "/reattach/done": 2, Actions + "/reattach/failed": 1, Actions + "/alert/done": 1,
		EventToAction: 10000,
	}
	if diff := cmp.Diff(want, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestAMessageWithoutDriftCountsZeros(t *testing.T) {
	var b bytes.Buffer
	if err := Handled(&b, now, nil, false); err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{EventsProcessed: 1, EventsFailed: 0, RepairsFailed: 0, ControlTampered: 0}
	if diff := cmp.Diff(want, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestTold(t *testing.T) {
	var b bytes.Buffer
	if err := Told(&b, now, []finding.Severity{finding.High, finding.Low, finding.High}, 1); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]float64{FindingsTold: 3, FindingsTold + "/high": 2, FindingsTold + "/low": 1, FindingsUnsent: 1}, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestArrived(t *testing.T) {
	var b bytes.Buffer
	if err := errors.Join(Arrived(&b, now, "iam.amazonaws.com"), Arrived(&b, now, "sqs.amazonaws.com")); err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{CanaryArrived + "/iam.amazonaws.com": 1, CanaryArrived + "/sqs.amazonaws.com": 1}
	if diff := cmp.Diff(want, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

func TestForged(t *testing.T) {
	var b bytes.Buffer
	if err := errors.Join(Forged(&b, now), Forged(&b, now)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]float64{ForgedMessages: 2}, sum(t, b.Bytes())); diff != "" {
		t.Errorf("metrics (-want +got):\n%s", diff)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAFailedWriteIsAnError(t *testing.T) {
	if Handled(broken{}, now, nil, false) == nil || Told(broken{}, now, nil, 0) == nil || Arrived(broken{}, now, "iam.amazonaws.com") == nil || Forged(broken{}, now) == nil {
		t.Error("no error")
	}
}

func TestSwept(t *testing.T) {
	var b bytes.Buffer
	if err := errors.Join(Swept(&b, now, 1000, 30, 25), Swept(&b, now, 1001, 2, 0)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]float64{SweepPrincipals: 2001, SweepDrift: 32, SweepHeld: 25}, sum(t, b.Bytes())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	b.Reset()
	if err := Handled(&b, now, []Look{{Missed: true}, {}, {Missed: true}}, false); err != nil {
		t.Fatal(err)
	}
	if got := sum(t, b.Bytes())[MissedByEvents]; got != 2 {
		t.Errorf("%v were missed by events", got)
	}
}
