package impact

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// record is a call of the role app.
func record(at int, name, parameters string) []byte {
	return fmt.Appendf(nil, `{"eventVersion":"1.08","eventTime":"2026-03-01T12:00:%02dZ","eventSource":"s3.amazonaws.com","eventName":%q,
		"awsRegion":"us-east-1","sourceIPAddress":"192.0.2.1","userAgent":"x","recipientAccountId":"111122223333","eventType":"AwsApiCall",
		"userIdentity":{"type":"AssumedRole","principalId":"AROA1:one","arn":"arn:aws:sts::111122223333:assumed-role/app/one","accountId":"111122223333",
		"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA1","arn":"arn:aws:iam::111122223333:role/dev/app","accountId":"111122223333","userName":"app"}}},
		"requestParameters":%s}`, at, name, parameters)
}

func parse(t *testing.T, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A report is the same in whatever order, and by however many readers, the calls are read.
func TestTheOrderOfCallsDoesNotMatter(t *testing.T) {
	var calls [][]byte
	for i := range 30 {
		calls = append(calls, record(i/3, "GetObject", fmt.Sprintf(`{"bucketName":"b%d","key":"k"}`, i*7%30)))
		calls = append(calls, record(i/3, "ListBuckets", `null`))
		calls = append(calls, record(i/4, "PutObject", fmt.Sprintf(`{"bucketName":"b%d","key":"k"}`, i)))
	}
	boundary := eval.Compile(parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":["s3:Put*","s3:List*","s3:GetObject"],"Resource":"*"}]}`))
	var want []byte
	r := rand.New(rand.NewPCG(5, 6))
	for run := range 20 {
		parts := []*Analysis{New(Question{New: Everyone(boundary)}), New(Question{New: Everyone(boundary)}), New(Question{New: Everyone(boundary)})}
		for i, c := range calls {
			parts[(i*run+i)%3].Add(c)
		}
		parts[0].Merge(parts[1])
		parts[0].Merge(parts[2])
		report := parts[0].Report()
		text, err := json.Marshal(&report)
		if err != nil {
			t.Fatal(err)
		}
		if run == 0 {
			if want = text; report.Denied != len(calls) {
				t.Fatalf("%s", text)
			}
		}
		if string(text) != string(want) {
			t.Fatalf("run %d:\n%s\nand before\n%s", run, text, want)
		}
		calls = slices.Clone(calls)
		r.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	}
}

// A call that the state denies was made under other policies: nothing is known of those.
func TestACallThatTheStateDenies(t *testing.T) {
	own := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`)
	for _, boundary := range []string{
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}`,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`,
	} {
		a := New(Question{New: Everyone(eval.Compile(parse(t, boundary))), States: []*authdetails.Details{account(t, own, nil)}})
		a.Add(record(0, "GetObject", `{"bucketName":"b","key":"k"}`))
		r := a.Report()
		if r.Denied != 0 || len(r.Unknowns) != 1 || r.Unknowns[0].Reason != "an identity policy of the caller in the state denies it: its policies have changed" {
			t.Errorf("%s: %+v", boundary, r)
		}
	}
}
