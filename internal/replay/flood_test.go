package replay

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
)

// flood are calls that touch a part of Ringfence, made within twenty seconds by one role under
// many names of sessions. The one that matters is in the middle.
func flood(n int, call func(i int) (source, name, parameters string)) []logs.Record {
	var records []logs.Record
	for i := range n {
		source, name, parameters := call(i)
		at := time.Date(2026, 3, 2, 12, 0, i*20/n, 0, time.UTC).Format(time.RFC3339)
		raw := fmt.Sprintf(`{"version": "0", "id": "x", "detail-type": "AWS API Call via CloudTrail", "source": "aws.%s", "account": "123456789012",
			"time": %q, "region": "us-east-1", "resources": [], "detail": {"eventVersion": "1.11", "eventID": "flood-%d", "eventSource": "%s.amazonaws.com",
			"eventName": %q, "eventTime": %q, "awsRegion": "us-east-1", "recipientAccountId": "123456789012", "eventCategory": "Management", "readOnly": false,
			"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/contractor/session-%d"}, "requestParameters": %s}}`,
			source, at, i, source, name, at, i, parameters)
		records = append(records, logs.Record{File: "flood", Index: i, Raw: json.RawMessage(raw)})
	}
	return records
}

// Ensure that hundreds of calls on Ringfence's own parts are a few mails in which the one that
// matters can be found, that nothing of it is lost, and that each is single on the bus.
func TestAFloodIsAFewMails(t *testing.T) {
	const n, most = 200, 4
	w, err := newWorld(Options{Settings: map[string]string{
		boot.EnvBoundary: "arn:aws:iam::123456789012:policy/team-boundary", boot.EnvMode: "enforce",
		boot.EnvControl: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ringfence-{backlog|errors},arn:aws:events:us-east-1:123456789012:rule/ringfence-changes",
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	nothing := func(s Step) error { return s.Err }
	records := flood(n, func(i int) (string, string, string) {
		switch {
		case i == n/2:
			return "events", "DisableRule", `{"name": "ringfence-changes"}`
		case i%2 == 0:
			return "monitoring", "SetAlarmState", `{"alarmName": "ringfence-backlog", "stateValue": "OK"}`
		}
		return "monitoring", "SetAlarmState", `{"alarmName": "ringfence-errors", "stateValue": "OK"}`
	})
	// And as many that are ignored.
	records = append(records, flood(n, func(i int) (string, string, string) {
		return "events", "PutRule", fmt.Sprintf(`{"name": "ringfence-x%d"}`, i)
	})...)
	for i := range records {
		if err := w.record(t.Context(), &records[i], nothing); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.until(t.Context(), w.clock.Now().Add(2*time.Minute), nothing); err != nil {
		t.Fatal(err)
	}
	server := w.clouds["aws"].server
	ids := map[string]bool{}
	for _, e := range server.EventBridge.Published() {
		var f finding.Finding
		if err := json.Unmarshal([]byte(e.Detail), &f); err != nil {
			t.Fatal(err)
		}
		ids[f.ID] = true
	}
	if len(ids) != n || len(server.EventBridge.Published()) != n {
		t.Errorf("%d findings on the bus, %d different, want %d", len(server.EventBridge.Published()), len(ids), n)
	}
	mails := server.SNS.Published()
	if len(mails) > most {
		t.Errorf("%d mails, want %d", len(mails), most)
	}
	told, shown := map[string]bool{}, false
	for _, m := range mails {
		var texts map[string]string
		var d finding.Digest
		if err := json.Unmarshal([]byte(m.Message), &texts); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(texts["default"]), &d); err != nil {
			t.Fatal(err)
		}
		for _, f := range d.Findings {
			told[f.ID] = true
		}
		if strings.Contains(texts["email"], "more: see") {
			t.Errorf("a mail leaves something out:\n%s", texts["email"])
		}
		if lines := strings.Count(texts["email"], "\n"); lines > 20 {
			t.Errorf("a mail of %d lines:\n%s", lines, texts["email"])
		}
		if strings.Contains(texts["email"], "\nDisableRule on arn:aws:events:us-east-1:123456789012:rule/ringfence-changes ") {
			shown = true
			t.Logf("%s\n%s", m.Subject, texts["email"])
		}
	}
	if len(told) != n {
		t.Errorf("mails tell of %d findings, want %d", len(told), n)
	}
	if !shown {
		t.Error("no mail names the call that matters")
	}
}
