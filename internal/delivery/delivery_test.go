package delivery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

type fakeQueues struct {
	did     []string
	unknown []string
	err     error
}

func (f *fakeQueues) RetryAfter(_ context.Context, queue, receipt string, after time.Duration) error {
	f.did = append(f.did, fmt.Sprintf("back %s %s %v", queue, receipt, after))
	return f.err
}

func (f *fakeQueues) Park(_ context.Context, body, from, why string) error {
	f.did = append(f.did, fmt.Sprintf("park %s from %s: %s", body, from, why))
	return f.err
}

func (f *fakeQueues) Verify(_ context.Context, queue string, receipts []string, hidden time.Duration) ([]string, error) {
	f.did = append(f.did, fmt.Sprintf("ask %s for %q, hidden for %v", queue, receipts, hidden))
	return f.unknown, f.err
}

const batch = `{"Records": [
	{"messageId": "m1", "receiptHandle": "r1", "body": "one", "eventSource": "aws:sqs", "eventSourceARN": "q"},
	{"messageId": "m2", "receiptHandle": "r2", "body": "two", "eventSource": "aws:sqs", "eventSourceARN": "q"},
	{"messageId": "m3", "receiptHandle": "r3", "body": "three", "eventSource": "aws:sqs", "eventSourceARN": "q"}]}`

func TestComplete(t *testing.T) {
	messages, ok := Parse(json.RawMessage(batch))
	if !ok || len(messages) != 3 {
		t.Fatal(messages)
	}
	outcomes := []Outcome{{}, {After: 3 * time.Second}, {Parked: "not JSON"}}
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, `{"batchItemFailures":[{"itemIdentifier":"m2"}]}`},
		// A message that cannot be parked is not lost.
		{errors.New("throttled"), `{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]}`},
	} {
		q := &fakeQueues{err: c.err}
		response, err := Complete(t.Context(), q, Batch{Messages: messages}, outcomes)
		if got, _ := json.Marshal(response); string(got) != c.want || (err != nil) != (c.err != nil) {
			t.Errorf("got %s, %v; want %s", got, err, c.want)
		}
		if want := []string{"back q r2 3s", "park three from q: not JSON"}; !slices.Equal(q.did, want) {
			t.Errorf("did %q", q.did)
		}
	}
	response, _ := Complete(t.Context(), nil, Batch{Messages: messages}, make([]Outcome, 3))
	if got, _ := json.Marshal(response); string(got) != `{"batchItemFailures":[]}` {
		t.Errorf("without failures: %s", got)
	}
}

func TestParseRefusesOtherInput(t *testing.T) {
	for _, input := range []string{`{}`, `[]`, `{"Records": []}`, `{"Records": [{"eventSource": "aws:s3"}]}`, `{"detail": {}}`, `x`} {
		if _, ok := Parse(json.RawMessage(input)); ok {
			t.Errorf("%s is taken for a batch", input)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(batch))
	f.Add([]byte(`{"Records": [{"eventSource": "aws:sqs", "body": 5}]}`))
	f.Fuzz(func(t *testing.T, input []byte) {
		if messages, ok := Parse(input); ok && len(messages) == 0 {
			t.Error("a batch of nothing")
		}
	})
}

// A message comes back after the requested pause at first, and survives an outage of hours.
func TestPausesGrow(t *testing.T) {
	var m Message
	var all time.Duration
	for n := 1; n <= 100; n++ {
		m.Attributes.Receives = fmt.Sprint(n)
		p := m.pause(5 * time.Second)
		if n <= constantPauses && p != 5*time.Second || p > maxPause {
			t.Errorf("the pause after %d times is %v", n, p)
		}
		all += p
	}
	if all < 3*time.Hour {
		t.Errorf("a message is given up after %v", all)
	}
	m.Attributes.Receives = "many"
	if p := m.pause(time.Hour); p != time.Hour {
		t.Errorf("a pause of an hour becomes %v", p)
	}
}
