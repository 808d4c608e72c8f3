package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/ringfence/ringfence/internal/fault"
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

func TestPublishSaysItTwice(t *testing.T) {
	topic, bus := &fakeTopic{}, &fakeBus{out: taken()}
	if err := New(topic, bus, everywhere).Publish(context.Background(), replaced()); err != nil {
		t.Fatal(err)
	}

	in := topic.got
	if *in.TopicArn != everywhere.Topic || *in.MessageStructure != "json" || *in.Subject != subject(replaced()) {
		t.Errorf("published %+v", in)
	}
	attributes := map[string]string{}
	for name, a := range in.MessageAttributes {
		attributes[name] = *a.DataType + " " + *a.StringValue
	}
	want := map[string]string{"severity": "String critical", "account": "String 123456789012", "drift": "String replaced", "outcome": "String done"}
	if diff := cmp.Diff(want, attributes); diff != "" {
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

func TestPublishFailsApart(t *testing.T) {
	for _, test := range []struct {
		name  string
		topic error
		out   *eventbridge.PutEventsOutput
		bus   error
		class fault.Class
		fails bool
	}{
		{name: "all well", out: taken()},
		{name: "the topic throttles", topic: throttled, out: taken(), class: fault.Retryable, fails: true},
		{name: "the topic is gone", topic: &smithy.GenericAPIError{Code: "NotFound"}, out: taken(), class: fault.Refused, fails: true},
		{name: "the bus throttles", bus: throttled, class: fault.Retryable, fails: true},
		{name: "the bus does not take it", out: refused("ThrottlingException"), class: fault.Retryable, fails: true},
		{name: "the bus refuses it", out: refused("NotAuthorizedForSourceException"), class: fault.Refused, fails: true},
		{name: "the bus breaks", out: refused("InternalFailure"), class: fault.Retryable, fails: true},
		{name: "the bus refuses without a reason", out: &eventbridge.PutEventsOutput{FailedEntryCount: 1}, class: fault.Unknown, fails: true},
		{name: "the bus says nothing", class: fault.Unknown, fails: true},
		{name: "both refuse", topic: denied, out: refused("MalformedDetail"), class: fault.Refused, fails: true},
		{name: "one refuses, the other throttles", topic: denied, bus: throttled, class: fault.Retryable, fails: true},
		{name: "one throttles, the other refuses", topic: throttled, out: refused("MalformedDetail"), class: fault.Retryable, fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			topic, bus := &fakeTopic{err: test.topic}, &fakeBus{out: test.out, err: test.bus}
			err := New(topic, bus, everywhere).Publish(context.Background(), replaced())
			if (err != nil) != test.fails || fault.ClassOf(err) != test.class {
				t.Errorf("error %v of class %v, want class %v", err, fault.ClassOf(err), test.class)
			}
			if topic.got == nil || bus.got == nil {
				t.Error("one of the two was not tried")
			}
			if test.topic != nil && !errors.Is(err, test.topic) || test.bus != nil && !errors.Is(err, test.bus) {
				t.Errorf("error %v lacks one of its causes", err)
			}
		})
	}
}

func TestPublishToNobody(t *testing.T) {
	if err := New(nil, nil, To{}).Publish(context.Background(), replaced()); err != nil {
		t.Error(err)
	}
	bus := &fakeBus{out: taken()}
	if err := New(nil, bus, To{Bus: "default"}).Publish(context.Background(), replaced()); err != nil || bus.got == nil {
		t.Errorf("%v", err)
	}
}

func TestAttributesAreNeverEmpty(t *testing.T) {
	for name, a := range attributes(finding.Finding{Severity: finding.High}) {
		if name != "severity" || *a.StringValue != "high" {
			t.Errorf("%s is %q", name, *a.StringValue)
		}
	}
}

// A finding can only be as long as what others wrote, which is not bounded by us.
func TestLongFindingsAreShortened(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(finding.Schema))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("finding.json", document); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("finding.json")
	for name, f := range map[string]finding.Finding{
		"long agent":  with(func(f *finding.Finding) { f.Actor.UserAgent = strings.Repeat("<é\"", 50_000) }),
		"long undo":   with(func(f *finding.Finding) { f.Undo = strings.Repeat("x", 300_000) }),
		"long reason": with(func(f *finding.Finding) { f.Reason, f.Rule = strings.Repeat("x ", 99_000), strings.Repeat("r", 99_000) }),
		"much context": with(func(f *finding.Finding) {
			f.Witness.Context = map[string][]string{}
			for i := range 700 {
				f.Witness.Context[fmt.Sprintf("aws:RequestTag/%04d", i)] = []string{strings.Repeat("v", 100)}
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			topic, bus := &fakeTopic{}, &fakeBus{out: taken()}
			if err := New(topic, bus, everywhere).Publish(context.Background(), f); err != nil {
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
				value, err := jsonschema.UnmarshalJSON(strings.NewReader(record))
				if err != nil {
					t.Fatal(err)
				}
				if err := schema.Validate(value); err != nil {
					t.Errorf("the %s is no finding any more: %v", what, err)
				}
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

func BenchmarkPublish(b *testing.B) {
	n := New(&fakeTopic{}, &fakeBus{out: taken()}, everywhere)
	b.ReportAllocs()
	for b.Loop() {
		if err := n.Publish(context.Background(), replaced()); err != nil {
			b.Fatal(err)
		}
	}
}
