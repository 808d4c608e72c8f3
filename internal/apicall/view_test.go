package apicall

import (
	"reflect"
	"testing"

	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/trail/trailtest"
)

// same checks that a record read in place is the one that is decoded.
func same(t *testing.T, raw []byte) {
	t.Helper()
	event, err := trail.Read(raw)
	if err != nil || event.Event == nil {
		t.Fatalf("%v: %s", err, raw)
	}
	want := FromEvent(event.Event)
	var v View
	if !v.Read(raw) {
		t.Fatalf("not read: %s", raw)
	}
	for _, got := range []Record{v.Record(), func() Record { again := want.View(); return again.Record() }()} {
		if string(got.Parameters) == "null" {
			got.Parameters = want.Parameters
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s\n got %+v\nwant %+v", raw, got, want)
		}
	}
}

// Ensure that a view has what decoding gives.
func TestView(t *testing.T) {
	for _, raw := range []string{
		`{"eventSource":"s3.amazonaws.com","eventName":"GetObject"}`,
		` { "eventSource" : "s3.amazonaws.com" , "eventName":"Get\u004fbject", "userAgent":"a \"b\" \\", "requestParameters":{"a":[1,{"b":"}"}]},"tlsDetails":null,"readOnly":true , "n":12 } `,
		`{"userIdentity":{"type":"AssumedRole","arn":"a","sessionContext":{"sessionIssuer":{"arn":"i"},"attributes":{"creationDate":"c","mfaAuthenticated":true},"sourceIdentity":"s"},"invokedBy":"x.amazonaws.com","accessKeyId":"AKIA"},"eventSource":"a.amazonaws.com","eventName":"B","tlsDetails":{"tlsVersion":"1"},"vpcEndpointId":"vpce","resources":[{"ARN":"x"}],"errorCode":null,"recipientAccountId":"1","eventTime":"t","awsRegion":"r","sourceIPAddress":"ip","eventType":"AwsApiCall"}`,
		`{"userIdentity":{"sessionContext":{"sessionIssuer":{},"attributes":{"mfaAuthenticated":"maybe"}}},"eventSource":"a.amazonaws.com","eventName":"B"}`,
	} {
		same(t, []byte(raw))
	}
	for _, raw := range []string{
		``, `[]`, `"x"`, `{`, `{"eventSource":"a.amazonaws.com"}`, `{"eventSource":"a.amazonaws.com","eventName":"B"`, `{"eventSource":"a","eventName":7}`,
		`{"detail":{"eventSource":"a","eventName":"B"}}`, `{"EventSource":"a","EventName":"B"}`, `{"eventSource":,"eventName":"B"}`,
		`{"eventSource":"a","eventName":"B","userIdentity":"root"}`, `{"eventSource":"a","eventName":"B","addendum":{"originalEventID":"1"}}`,
	} {
		if v := (View{}); v.Read([]byte(raw)) {
			t.Errorf("read: %s", raw)
		}
	}
}

// Ensure the same of recorded data.
func TestViewOfRecorded(t *testing.T) {
	for _, record := range trailtest.Recorded(t, "cloudtrail-files") {
		same(t, record.Text)
	}
}

// FuzzView: text of any kind is read or refused.
func FuzzView(f *testing.F) {
	f.Add([]byte(`{"eventSource":"s3.amazonaws.com","eventName":"GetObject","userIdentity":{"type":"Root"}}`))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		var v View
		if v.Read(raw) {
			_ = v.Record() // it must not panic
		}
	})
}
