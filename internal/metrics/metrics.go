// Package metrics writes what came of an event as CloudWatch metrics in the embedded
// metric format: a line of JSON on standard output, which Lambda's log turns into
// metrics without any call.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metrics

import (
	"encoding/json"
	"io"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/pipeline"
)

// Namespace is the CloudWatch namespace of all metrics.
const Namespace = "Ringfence"

// The metrics. All are counts but EventToAction, which is in milliseconds from the
// event's time to the moment at which its repair was done.
const (
	EventsProcessed = "EventsProcessed"
	EventsFailed    = "EventsFailed"
	Drift           = "Drift"
	Actions         = "Actions"
	RepairsFailed   = "RepairsFailed"
	FindingsUnsent  = "FindingsUnsent"
	ControlTampered = "ControlTampered"
	EventToAction   = "EventToAction"
)

// The dimensions: Drift is by kind of drift, Actions by action and outcome. The rest,
// and Drift in total, have none.
const (
	KindDimension    = "Kind"
	ActionDimension  = "Action"
	OutcomeDimension = "Outcome"
)

// Write writes the metrics of one event. Err is what the pipeline returned, and now the
// time, in the clock that the events' times are of.
func Write(w io.Writer, now time.Time, report pipeline.Report, err error) error {
	e := json.NewEncoder(w)
	event := line(now, [][]string{{}})
	event.count(EventsProcessed, 1)
	event.count(EventsFailed, btoi(err != nil))
	event.count(FindingsUnsent, len(report.Unsent))
	var failed, tampered int
	var lines []*document
	for _, f := range report.Findings {
		if f.Drift == finding.None {
			continue
		}
		failed += btoi(f.Outcome == finding.Failed)
		tampered += btoi(f.Drift == finding.ControlTampered)
		drift := line(now, [][]string{{}, {KindDimension}})
		drift.values[KindDimension] = string(f.Drift)
		drift.count(Drift, 1)
		action := line(now, [][]string{{ActionDimension, OutcomeDimension}})
		action.values[ActionDimension], action.values[OutcomeDimension] = string(f.Action), string(f.Outcome)
		action.count(Actions, 1)
		lines = append(lines, drift, action)
		if f.Undo != "" && !report.Change.SecondLook() { // that has no event's time to count from
			event.metric(EventToAction, "Milliseconds", float64(f.Time.Sub(f.Event.Time).Milliseconds()))
		}
	}
	event.count(RepairsFailed, failed)
	event.count(ControlTampered, tampered)
	for _, l := range append(lines, event) {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

// document is one line in the embedded metric format: the metrics that share a set of
// dimensions, and their values.
type document struct {
	meta   metadata
	values map[string]any
}

type metadata struct {
	Timestamp         int64
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []definition
}

type definition struct{ Name, Unit string }

func line(now time.Time, dimensions [][]string) *document {
	return &document{
		meta:   metadata{now.UnixMilli(), []directive{{Namespace: Namespace, Dimensions: dimensions}}},
		values: map[string]any{},
	}
}

func (d *document) count(name string, n int) { d.metric(name, "Count", float64(n)) }

// metric adds a value; several of one name become a list, as the format has it.
func (d *document) metric(name, unit string, value float64) {
	switch old := d.values[name].(type) {
	case nil:
		m := &d.meta.CloudWatchMetrics[0]
		m.Metrics = append(m.Metrics, definition{name, unit})
		d.values[name] = value
	case float64:
		d.values[name] = []float64{old, value}
	case []float64:
		d.values[name] = append(old, value)
	}
}

// MarshalJSON puts the metadata beside the values, where the format wants it.
func (d *document) MarshalJSON() ([]byte, error) {
	d.values["_aws"] = d.meta
	return json.Marshal(d.values)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
