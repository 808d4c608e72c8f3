package trail

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/ringfence/ringfence/internal/principal"
)

// fields is one JSON object.
type fields = map[string]any

// bare returns a complete CloudTrail record with changes. A nil removes a field.
func bare(t testing.TB, changes fields) []byte {
	t.Helper()
	record := fields{
		"eventVersion":       "1.10",
		"userIdentity":       fields{"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/jane", "accountId": "123456789012", "userName": "jane"},
		"eventTime":          "2026-03-02T09:15:42Z",
		"eventSource":        "iam.amazonaws.com",
		"eventName":          "CreateRole",
		"awsRegion":          "us-east-1",
		"sourceIPAddress":    "192.0.2.10",
		"userAgent":          "aws-cli/2.17.0",
		"requestParameters":  fields{"roleName": "app"},
		"responseElements":   nil,
		"eventID":            "5d1c9f6e-0000-4000-8000-000000000001",
		"recipientAccountId": "123456789012",
	}
	maps.Copy(record, changes)
	for key, value := range changes {
		if value == nil {
			delete(record, key)
		}
	}
	return marshal(t, record)
}

// envelope returns a record in EventBridge's envelope.
func envelope(t testing.TB, record []byte, changes fields) []byte {
	t.Helper()
	event := fields{
		"version":     "0",
		"id":          "0e2b41a3-0000-4000-8000-000000000002",
		"detail-type": "AWS API Call via CloudTrail",
		"source":      "aws.iam",
		"account":     "123456789012",
		"time":        "2026-03-02T09:15:42Z",
		"region":      "us-east-1",
		"resources":   []string{},
		"detail":      json.RawMessage(record),
	}
	maps.Copy(event, changes)
	return marshal(t, event)
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t testing.TB, data []byte) Change {
	t.Helper()
	change, err := Parse(data)
	if err != nil {
		t.Fatalf("Parse(%s): %v", data, err)
	}
	return change
}

// samples are the events of the repository: the seeds of the fuzz targets.
func samples(t testing.TB) [][]byte {
	t.Helper()
	names, err := filepath.Glob("../../events/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Fatal("no events in ../../events: the seed set is empty")
	}
	var list [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, data)
	}
	return list
}

// made returns the state of a principal at its creation.
func made(path, name string, tags map[string]string) *principal.Made {
	return &principal.Made{Name: name, Path: path, Tags: tags}
}
