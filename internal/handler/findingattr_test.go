package handler

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/report"
)

type at time.Time

func (a at) Now() time.Time { return time.Time(a) }
func (at) Set(time.Time)    {}

// Each finding of a notice has its own line in the log, with no field twice: queries use the
// fields and the lines.
func TestEachFindingHasALine(t *testing.T) {
	seconds, from := 3.5, time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	call := finding.Call{Actor: finding.Actor{ARN: "arn:aws:sts::123456789012:assumed-role/dev/s"}, Event: finding.Event{Name: "CreateRole", Time: from}}
	var log bytes.Buffer
	h := &Report{Clock: at(from), Log: slog.New(slog.NewJSONHandler(&log, nil)), Metrics: io.Discard}
	h.record(t.Context(), "m", report.Told{Findings: []finding.Finding{
		{ID: "a", Revision: 2, Status: finding.Resolved, Severity: finding.High, OpenedBy: &call, Exposure: finding.Exposure{From: &from, Seconds: &seconds}, Principal: &finding.Principal{ARN: "arn:role"}},
		{ID: "b", Revision: 1, Status: finding.Open, Severity: finding.Critical, Required: "arn:policy", Cause: "event", Actor: call.Actor, Event: call.Event},
		{ID: "c", Revision: 1, Status: finding.Open, Severity: finding.Critical, Drift: finding.ControlTampered, Cause: "event", Actor: call.Actor, Event: call.Event},
	}})
	var got []map[string]any
	for text := range strings.Lines(log.String()) {
		var line struct{ Finding map[string]any }
		if err := json.Unmarshal([]byte(text), &line); err != nil || strings.Count(text, `"finding":`) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		got = append(got, line.Finding)
	}
	if len(got) != 3 {
		t.Fatalf("%d lines:\n%s", len(got), log.String())
	}
	const dev, since = "arn:aws:sts::123456789012:assumed-role/dev", "2026-03-02T12:00:00Z"
	for i, want := range []map[string]any{
		{"id": "a", "about": "arn:role", "actor": dev, "call": "CreateRole", "since": since, "seconds": 3.5, "rank": "2 high"},
		{"id": "b", "about": "arn:policy", "actor": "", "call": "", "since": "", "seconds": "", "rank": "1 critical"}, // who came by is not blamed
		{"id": "c", "about": "CreateRole", "actor": dev, "call": "CreateRole", "since": since, "seconds": ""},
	} {
		for field, value := range want {
			if got[i][field] != value {
				t.Errorf("%s of %s: %v, want %v", field, want["id"], got[i][field], value)
			}
		}
	}
}
