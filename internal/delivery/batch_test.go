package delivery

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// ids returns the ids of a batch's messages, and of the refused ones, with the reason.
func ids(b Batch) (handled, refused []string) {
	for _, m := range b.Messages {
		handled = append(handled, m.ID)
	}
	for _, r := range b.Refused {
		refused = append(refused, r.ID+" "+r.Why)
	}
	return handled, refused
}

// A message that the queue does not know is refused, and the rest is handled. Refused messages
// are reported as failures, so that the poller does not delete them.
func TestVerifyRefusesUnknownMessages(t *testing.T) {
	messages, _ := Parse(json.RawMessage(batch))
	q := &fakeQueues{unknown: []string{"", "ReceiptHandleIsInvalid", ""}}
	b := Verify(t.Context(), q, messages, time.Minute)
	if want := []string{`ask q for ["r1" "r2" "r3"], hidden for 1m0s`}; !slices.Equal(q.did, want) {
		t.Errorf("did %q", q.did)
	}
	if handled, refused := ids(b); !slices.Equal(handled, []string{"m1", "m3"}) || !slices.Equal(refused, []string{"m2 ReceiptHandleIsInvalid"}) || b.Unverified != nil {
		t.Errorf("%v are handled, %v refused, %v", handled, refused, b.Unverified)
	}
	response, err := Complete(t.Context(), q, b, []Outcome{{}, {Parked: "x"}})
	if got, _ := json.Marshal(response); string(got) != `{"batchItemFailures":[{"itemIdentifier":"m2"}]}` || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if want := []string{"park three from q: x"}; !slices.Equal(q.did[1:], want) {
		t.Errorf("did %q", q.did[1:])
	}
}

// SQS is not asked about a message that it cannot have sent, and is asked about the rest.
func TestVerifyRefusesMalformedMessages(t *testing.T) {
	long := strings.Repeat("x", 5000)
	messages := []Message{
		{ID: "m1", QueueARN: "q", Receipt: "r1"},
		{ID: "m2", QueueARN: "another", Receipt: "r2"},
		{ID: "m3", QueueARN: "q", Receipt: long},
		{ID: "m4", QueueARN: "q"},
		{ID: long, QueueARN: "q", Receipt: "r5"},
	}
	q := &fakeQueues{unknown: []string{""}}
	handled, refused := ids(Verify(t.Context(), q, messages, time.Minute))
	want := []string{"m2 Malformed", "m3 Malformed", "m4 Malformed", long[:100] + " Malformed"}
	if !slices.Equal(handled, []string{"m1"}) || !slices.Equal(refused, want) {
		t.Errorf("%v are handled, %v refused", handled, refused)
	}
	if asked := fmt.Sprint(q.did); strings.Contains(asked, "xx") || strings.Contains(asked, "r2") || strings.Contains(asked, "r5") {
		t.Errorf("did %s", asked)
	}
	if b := Verify(t.Context(), nil, messages[3:4], time.Minute); len(b.Refused) != 1 {
		t.Errorf("%+v", b)
	}
}

// Nothing is refused if SQS cannot be asked, and the batch says so.
func TestVerifyWithoutAnAnswer(t *testing.T) {
	messages, _ := Parse(json.RawMessage(batch))
	down := errors.New("throttled")
	b := Verify(t.Context(), &fakeQueues{err: down}, messages, time.Minute)
	if handled, refused := ids(b); len(handled) != 3 || refused != nil || !errors.Is(b.Unverified, down) {
		t.Errorf("%v are handled, %v refused, %v", handled, refused, b.Unverified)
	}
	// If SQS does not answer later either, it is not asked again for each message.
	waits := []Outcome{{After: time.Second}, {After: time.Second}, {After: time.Second}}
	for _, c := range []struct {
		err   error
		calls int
	}{{nil, 3}, {down, 1}} {
		q := &fakeQueues{err: c.err}
		if response, _ := Complete(t.Context(), q, b, waits); len(response.Failures) != 3 || len(q.did) != c.calls {
			t.Errorf("%v: %d failures, did %q", c.err, len(response.Failures), q.did)
		}
	}
}
