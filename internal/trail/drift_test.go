package trail

import (
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/errclass"
)

// compared is the event about a stack with two resources that differ from the template.
const compared = `{"version": "0", "id": "i", "detail-type": "CloudFormation Drift Detection Status Change", "source": "aws.cloudformation",
	"account": "123456789012", "time": "2026-03-02T12:00:41Z", "region": "us-east-1", "resources": ["arn:s"],
	"detail": {"stack-id": "arn:s", "stack-drift-detection-id": "d", "status-details": {"stack-drift-status": "DRIFTED", "detection-status": "DETECTION_COMPLETE"},
	"drift-detection-details": {"drifted-stack-resource-count": 2}, "client-request-token": ""}}`

// Ensure that only the end of a drift detection that found a difference is reported, and only if the event is
// from CloudFormation.
func TestStackDrift(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     Subject
	}{
		{"", "", StackDrift{"arn:s", 2}},
		{"DRIFTED", "IN_SYNC", Unwatched{}},
		{"DETECTION_COMPLETE", "DETECTION_IN_PROGRESS", Unwatched{}},
		{"DETECTION_COMPLETE", "DETECTION_FAILED", Unwatched{}},
		{"aws.cloudformation", "mallory", Unwatched{}},
		{"Drift Detection Status Change", "Stack Status Change", Unwatched{}},
		{`"stack-id": "arn:s"`, `"stack-id": ""`, Unwatched{}},
		{`"stack-id": "arn:s"`, `"stack-id": 7`, Unwatched{}},
		{`"drifted-stack-resource-count": 2`, `"more": 2`, StackDrift{"arn:s", 0}},
	} {
		got, err := Parse([]byte(strings.Replace(compared, c.from, c.to, 1)))
		if err != nil || got.Subject != c.want {
			t.Errorf("%s for %s: %+v, %v", c.to, c.from, got.Subject, err)
		}
	}
}

// Ensure that a stack is reported once a day while the same number of resources differs.
func TestStackDriftIsTheSameAllDay(t *testing.T) {
	id := func(from, to string) string {
		r, err := Read([]byte(strings.Replace(compared, from, to, 1)))
		if err != nil {
			t.Fatal(err)
		}
		return r.EventID
	}
	first := id("", "")
	for _, c := range []struct {
		from, to string
		same     bool
	}{
		{`"id": "i"`, `"id": "j"`, true},
		{"T12:00:41Z", "T18:00:43Z", true},
		{"03-02T12", "03-03T12", false},
		{`count": 2`, `count": 3`, false},
	} {
		if got := id(c.from, c.to); (got == first) != c.same {
			t.Errorf("%s for %s: the event %s, before %s", c.to, c.from, got, first)
		}
	}
}

// Ensure that an event that cannot become a finding is an error and is not ignored.
func TestStackDriftWithoutItsTime(t *testing.T) {
	for _, from := range []string{"2026-03-02T12:00:41Z", "123456789012", "us-east-1"} {
		if got, err := Parse([]byte(strings.Replace(compared, from, "", 1))); errclass.ClassOf(err) != errclass.BadInput {
			t.Errorf("without %s: %+v, %v", from, got, err)
		}
	}
}
