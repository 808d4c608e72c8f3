package publish

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
)

type fakeTopic struct {
	got *sns.PublishInput
	err error
}

func (f *fakeTopic) Publish(_ context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	f.got = in
	return nil, f.err
}

type fakeBus struct {
	got *eventbridge.PutEventsInput
	out *eventbridge.PutEventsOutput
	err error
}

func (f *fakeBus) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	f.got = in
	return f.out, f.err
}

func taken() *eventbridge.PutEventsOutput {
	return &eventbridge.PutEventsOutput{Entries: []types.PutEventsResultEntry{{EventId: aws.String("e")}}}
}

func refused(code string) *eventbridge.PutEventsOutput {
	return &eventbridge.PutEventsOutput{FailedEntryCount: 1, Entries: []types.PutEventsResultEntry{{ErrorCode: &code, ErrorMessage: aws.String("no")}}}
}

var (
	everywhere = To{Topic: "arn:aws:sns:us-east-1:123456789012:findings", Bus: "security"}
	throttled  = &smithy.GenericAPIError{Code: "Throttling", Message: "Rate exceeded"}
	denied     = &smithy.GenericAPIError{Code: "AuthorizationError", Message: "no"}
)

// attributesOf are message attributes as "type value".
func attributesOf(in *sns.PublishInput) map[string]string {
	all := map[string]string{}
	for name, a := range in.MessageAttributes {
		all[name] = *a.DataType + " " + *a.StringValue
	}
	return all
}

func TestTopicTakesOneFinding(t *testing.T) {
	topic := &fakeTopic{}
	if err := New(topic, nil, To{Topic: everywhere.Topic}).Topic(t.Context(), "", []finding.Finding{replaced()}); err != nil {
		t.Fatal(err)
	}
	in := topic.got
	if *in.TopicArn != everywhere.Topic || *in.MessageStructure != "json" || *in.Subject != subject(replaced()) {
		t.Errorf("published %+v", in)
	}
	want := map[string]string{
		"severity": "String critical", "account": "String 123456789012", "drift": "String replaced",
		"owner": "String team@example.com", "outcome": "String done", "status": "String resolved", "count": "Number 1",
	}
	if diff := cmp.Diff(want, attributesOf(in)); diff != "" {
		t.Errorf("attributes (-want +got):\n%s", diff)
	}
	var texts map[string]string
	if err := json.Unmarshal([]byte(*in.Message), &texts); err != nil {
		t.Fatal(err)
	}
	record, _ := json.Marshal(replaced())
	if texts["default"] != string(record) || texts["email"] != text(replaced()) || texts["sms"] != subject(replaced()) {
		t.Errorf("texts %q", texts)
	}
	var chat notification
	if err := json.Unmarshal([]byte(texts["https"]), &chat); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(chatNotification(replaced()), chat); diff != "" {
		t.Errorf("chat (-want +got):\n%s", diff)
	}
	if len(texts) != 4 { // sqs, lambda, firehose and http get the default
		t.Errorf("%d texts", len(texts))
	}
}

func TestBusTakesAFinding(t *testing.T) {
	bus := &fakeBus{out: taken()}
	if err := New(nil, bus, To{Bus: everywhere.Bus}).Bus(t.Context(), replaced()); err != nil {
		t.Fatal(err)
	}
	record, _ := json.Marshal(replaced())
	if len(bus.got.Entries) != 1 {
		t.Fatalf("%d events", len(bus.got.Entries))
	}
	e := bus.got.Entries[0]
	if *e.EventBusName != "security" || *e.Source != "ringfence" || *e.DetailType != "Ringfence Finding" ||
		*e.Detail != string(record) || !e.Time.Equal(replaced().Time) {
		t.Errorf("event %+v", e)
	}
	if diff := cmp.Diff([]string{replaced().Principal.ARN, replaced().Required}, e.Resources); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func TestTopicFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		err   error
		class errclass.Class
	}{
		{"it throttles", throttled, errclass.Retryable},
		{"it is gone", &smithy.GenericAPIError{Code: "NotFound"}, errclass.Refused},
		{"it refuses", denied, errclass.Refused},
	} {
		for _, n := range []int{1, 2} {
			err := New(&fakeTopic{err: test.err}, nil, everywhere).Topic(t.Context(), "", roles(n))
			if !errors.Is(err, test.err) || errclass.ClassOf(err) != test.class {
				t.Errorf("%s, for %d: error %v of class %v, want class %v", test.name, n, err, errclass.ClassOf(err), test.class)
			}
		}
	}
}

func TestBusFails(t *testing.T) {
	for _, test := range []struct {
		name  string
		out   *eventbridge.PutEventsOutput
		err   error
		class errclass.Class
	}{
		{name: "it throttles", err: throttled, class: errclass.Retryable},
		{name: "it does not take it", out: refused("ThrottlingException"), class: errclass.Retryable},
		{name: "it refuses it", out: refused("NotAuthorizedForSourceException"), class: errclass.Refused},
		{name: "it does not understand it", out: refused("MalformedDetail"), class: errclass.Refused},
		{name: "it breaks", out: refused("InternalFailure"), class: errclass.Retryable},
		{name: "it refuses without a reason", out: &eventbridge.PutEventsOutput{FailedEntryCount: 1}, class: errclass.Unknown},
		{name: "it says nothing", class: errclass.Unknown},
	} {
		err := New(nil, &fakeBus{out: test.out, err: test.err}, everywhere).Bus(t.Context(), replaced())
		if err == nil || errclass.ClassOf(err) != test.class || test.err != nil && !errors.Is(err, test.err) {
			t.Errorf("%s: error %v of class %v, want class %v", test.name, err, errclass.ClassOf(err), test.class)
		}
	}
}

// Neither needs the other: in whatever order they are called, and whether or not the other
// fails, each sends once.
func TestTopicAndBusAreIndependent(t *testing.T) {
	for _, busFirst := range []bool{true, false} {
		for _, fails := range []error{nil, throttled} {
			topic, bus := &fakeTopic{err: fails}, &fakeBus{out: taken()}
			if busFirst {
				topic, bus = &fakeTopic{}, &fakeBus{out: taken(), err: fails}
			}
			n := New(topic, bus, everywhere)
			calls := []func() error{
				func() error { return n.Topic(t.Context(), "", roles(2)) },
				func() error { return n.Bus(t.Context(), replaced()) },
			}
			if busFirst {
				slices.Reverse(calls)
			}
			if err := calls[0](); !errors.Is(err, fails) || (err != nil) != (fails != nil) {
				t.Errorf("the first gives %v, want %v", err, fails)
			}
			if err := calls[1](); err != nil {
				t.Errorf("the second gives %v", err)
			}
			if topic.got == nil || bus.got == nil {
				t.Error("one of the two was not tried")
			}
		}
	}
}

func TestNothingToPublish(t *testing.T) {
	nobody := New(nil, nil, To{})
	for name, err := range map[string]error{
		"no topic":    nobody.Topic(t.Context(), "", roles(2)),
		"no bus":      nobody.Bus(t.Context(), replaced()),
		"no findings": New(nil, nil, everywhere).Topic(t.Context(), "", nil),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAttributesAreNeverEmpty(t *testing.T) {
	got := attributesOf(&sns.PublishInput{MessageAttributes: attributes([]finding.Finding{{Severity: finding.High}})})
	if diff := cmp.Diff(map[string]string{"severity": "String high", "count": "Number 1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// schemas compiles the schema of a finding or of a digest.
func schemas(t testing.TB, text string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for id, text := range map[string]string{"finding": finding.Schema, "digest": finding.DigestSchema} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("https://github.com/ringfence/ringfence/schemas/"+id+"-"+finding.SchemaVersion+".json", document); err != nil {
			t.Fatal(err)
		}
	}
	var doc struct {
		ID string `json:"$id"`
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile(doc.ID)
}

// valid checks a record with a schema.
func valid(t testing.TB, schema *jsonschema.Schema, what, record string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(record))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("the %s does not match its schema: %v", what, err)
	}
}

// A finding can only be as long as what others wrote, which is not bounded by us.
func TestLongFindingsAreShortened(t *testing.T) {
	schema := schemas(t, finding.Schema)
	for name, f := range map[string]finding.Finding{
		"long agent":  with(func(f *finding.Finding) { f.Actor.UserAgent = strings.Repeat("<é\"", 50_000) }),
		"long undo":   with(func(f *finding.Finding) { f.Undo = strings.Repeat("x", 300_000) }),
		"long reason": with(func(f *finding.Finding) { f.Reason, f.Rule = strings.Repeat("x ", 99_000), strings.Repeat("r", 99_000) }),
		"much evidence": with(func(f *finding.Finding) {
			for range 700 {
				f.Evidence = append(f.Evidence, finding.Call{Actor: finding.Actor{UserAgent: strings.Repeat("<", 300)}, Event: f.Event})
			}
		}),
		"long errors": with(func(f *finding.Finding) {
			for range 30 {
				f.Attempts = append(f.Attempts, finding.Attempt{Action: finding.Reattach, Outcome: finding.Failed, Error: strings.Repeat("é", 9000)})
			}
		}),
		"much context": with(func(f *finding.Finding) {
			f.Witness.Context = map[string][]string{}
			for i := range 700 {
				f.Witness.Context[fmt.Sprintf("aws:RequestTag/%04d", i)] = []string{strings.Repeat("v", 100)}
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			topic, bus := &fakeTopic{}, &fakeBus{out: taken()}
			n := New(topic, bus, everywhere)
			if err := errors.Join(n.Topic(t.Context(), "", []finding.Finding{f}), n.Bus(t.Context(), f)); err != nil {
				t.Fatal(err)
			}
			if n := len(*topic.got.Message); n > 256<<10-1000 {
				t.Errorf("a message of %d bytes", n)
			}
			var texts map[string]string
			if err := json.Unmarshal([]byte(*topic.got.Message), &texts); err != nil {
				t.Fatal(err)
			}
			for what, record := range map[string]string{"message": texts["default"], "event": *bus.got.Entries[0].Detail} {
				if len(record) > 256<<10-1000 {
					t.Errorf("the %s has %d bytes", what, len(record))
				}
				valid(t, schema, what, record)
				var short finding.Finding
				if err := json.Unmarshal([]byte(record), &short); err != nil {
					t.Fatal(err)
				}
				if short.ID != f.ID || short.Drift != f.Drift || *short.Principal != *f.Principal {
					t.Errorf("the %s lost more than it must: %s", what, record)
				}
				if short.Undo != "" && short.Undo != f.Undo {
					t.Errorf("the %s has half a command: %s", what, short.Undo)
				}
			}
		})
	}
	if len(replaced().Actor.UserAgent) < 20 {
		t.Error("the example was changed")
	}
}

func TestClip(t *testing.T) {
	for _, test := range []struct {
		s    string
		n    int
		want string
	}{{"abc", 3, "abc"}, {"abcdef", 5, "ab…"}, {"aéé", 5, "aéé"}, {"aééé", 6, "aé…"}, {"ééé", 4, "…"}, {"", 0, ""}} {
		if got := clip(test.s, test.n); got != test.want {
			t.Errorf("clip(%q, %d) is %q, want %q", test.s, test.n, got, test.want)
		}
	}
}

func BenchmarkTopic(b *testing.B) {
	for _, count := range []int{1, 60} {
		b.Run(strconv.Itoa(count), func(b *testing.B) {
			n, findings := New(&fakeTopic{}, nil, everywhere), roles(count)
			b.ReportAllocs()
			for b.Loop() {
				if err := n.Topic(b.Context(), "", findings); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBus(b *testing.B) {
	n := New(nil, &fakeBus{out: taken()}, everywhere)
	b.ReportAllocs()
	for b.Loop() {
		if err := n.Bus(b.Context(), replaced()); err != nil {
			b.Fatal(err)
		}
	}
}
