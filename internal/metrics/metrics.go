// Package metrics writes CloudWatch metrics in the embedded metric format: a line of JSON on
// standard output, which CloudWatch Logs turns into metrics without an API call.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metrics

import (
	"encoding/json"
	"io"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
)

// Namespace is the CloudWatch namespace of all metrics.
const Namespace = "Ringfence"

// The metrics. All are counts except EventToAction, which is the time in milliseconds from the
// call to the end of its repair.
const (
	EventsProcessed = "EventsProcessed"
	EventsFailed    = "EventsFailed"
	Drift           = "Drift"
	Actions         = "Actions"
	RepairsFailed   = "RepairsFailed"
	ControlTampered = "ControlTampered"
	EventToAction   = "EventToAction"
	FindingsTold    = "FindingsTold"
	FindingsUnsent  = "FindingsUnsent"
	ForgedMessages  = "ForgedMessages"
)

// The dimensions: Drift is by kind of drift, Actions by action and outcome, FindingsTold by
// severity. Other metrics, and the totals of Drift and FindingsTold, have none.
const (
	KindDimension     = "Kind"
	ActionDimension   = "Action"
	OutcomeDimension  = "Outcome"
	SeverityDimension = "Severity"
)

// Look is a target that was found outside, and what was done.
type Look struct {
	Drift   finding.Drift
	Action  finding.Action
	Outcome finding.Outcome
	// Missed is set if only a sweep found it.
	Missed bool
	// Took is the time from the call to the end of its repair, zero if there was none.
	Took time.Duration
}

// Handled writes the metrics of one message. failed is set if it comes back or was parked.
func Handled(w io.Writer, now time.Time, looks []Look, failed bool) error {
	event := line(now, [][]string{{}})
	event.count(EventsProcessed, 1)
	event.count(EventsFailed, btoi(failed))
	var unrepaired, tampered, missed int
	var lines []*document
	for _, l := range looks {
		unrepaired += btoi(l.Outcome == finding.Failed)
		tampered += btoi(l.Drift == finding.ControlTampered)
		missed += btoi(l.Missed)
		drift := line(now, [][]string{{}, {KindDimension}})
		drift.values[KindDimension] = string(l.Drift)
		drift.count(Drift, 1)
		action := line(now, [][]string{{ActionDimension, OutcomeDimension}})
		action.values[ActionDimension], action.values[OutcomeDimension] = string(l.Action), string(l.Outcome)
		action.count(Actions, 1)
		lines = append(lines, drift, action)
		if l.Took > 0 {
			event.metric(EventToAction, "Milliseconds", float64(l.Took.Milliseconds()))
		}
	}
	event.count(RepairsFailed, unrepaired)
	event.count(ControlTampered, tampered)
	if missed > 0 {
		event.count(MissedByEvents, missed)
	}
	return write(w, append(lines, event))
}

// Told writes the metrics of one notice: the severities of the published revisions, and how
// often a sink failed.
func Told(w io.Writer, now time.Time, told []finding.Severity, unsent int) error {
	notice := line(now, [][]string{{}})
	notice.count(FindingsTold, len(told))
	notice.count(FindingsUnsent, unsent)
	lines := []*document{notice}
	for _, s := range told {
		one := line(now, [][]string{{SeverityDimension}})
		one.values[SeverityDimension] = string(s)
		one.count(FindingsTold, 1)
		lines = append(lines, one)
	}
	return write(w, lines)
}

// Forged writes the metric of a message that its queue does not know.
func Forged(w io.Writer, now time.Time) error {
	forged := line(now, [][]string{{}})
	forged.count(ForgedMessages, 1)
	return write(w, []*document{forged})
}

func write(w io.Writer, lines []*document) error {
	e := json.NewEncoder(w)
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return err
		}
	}
	return nil
}

// document is one line in the embedded metric format: metrics with the same dimensions, and
// their values.
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

// metric adds a value. Several values of one metric become a list, as the format requires.
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

// MarshalJSON puts the metadata beside the values, as the format requires.
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
