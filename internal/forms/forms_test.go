package forms_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/forms/formstest"
	"github.com/ringfence/ringfence/internal/input"
	"github.com/ringfence/ringfence/internal/trail"
)

// samples returns three records. The first has what is difficult in a table: a document, a response,
// and names with a comma.
func samples(t testing.TB) []json.RawMessage {
	t.Helper()
	var list []json.RawMessage
	for _, name := range []string{"create-role-with-boundary", "put-role-boundary-wider", "delete-user-boundary"} {
		data, err := os.ReadFile("../../events/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var event struct{ Detail json.RawMessage }
		if err := json.Unmarshal(data, &event); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := json.Compact(&b, event.Detail); err != nil {
			t.Fatal(err)
		}
		list = append(list, b.Bytes())
	}
	return list
}

type counts = map[forms.Reason]int

// find reads a text with the function for its kind.
func find(t testing.TB, data []byte) (records []json.RawMessage, passed counts) {
	t.Helper()
	in, err := input.Text(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	passed = counts{}
	each := func(r json.RawMessage) error { records = append(records, bytes.Clone(r)); return nil }
	count := func(r forms.Reason, n int) { passed[r] += n }
	switch forms.KindOf(plain[:min(4096, len(plain))]) {
	case forms.JSON:
		err = forms.Value(plain, each, count)
	case forms.Table:
		err = forms.CSV(bytes.NewReader(plain), each, count)
	default:
		err = forms.Lines(bytes.NewReader(plain), each, count)
	}
	if err != nil {
		t.Fatal(err)
	}
	return records, passed
}

// Ensure that the same three records are found in every form and have the same meaning.
func TestEveryFormGivesTheSameRecords(t *testing.T) {
	want := samples(t)
	names := map[string]bool{}
	for _, form := range formstest.All(want) {
		t.Run(form.Name, func(t *testing.T) {
			if names[form.Name] || form.Get == "" || form.File == "" {
				t.Error("a form needs a name of its own, and how one gets it")
			}
			names[form.Name] = true
			got, passed := find(t, form.Data)
			if form.Partial {
				if len(got) != 0 || !maps.Equal(passed, counts{forms.NoParameters: len(want)}) {
					t.Errorf("%d records, passed over: %v", len(got), passed)
				}
				return
			}
			if len(got) != len(want) || len(passed) != 0 {
				t.Fatalf("%d records, want %d; passed over: %v\n%s", len(got), len(want), passed, form.Data)
			}
			for i := range want {
				if diff := cmp.Diff(mean(t, want[i]), mean(t, got[i])); diff != "" {
					t.Errorf("record %d:\n%s", i+1, diff)
				}
			}
		})
	}
}

func mean(t *testing.T, record json.RawMessage) trail.Change {
	t.Helper()
	change, err := trail.Parse(record)
	if err != nil {
		t.Fatalf("%v\n%s", err, record)
	}
	if change.Subject == (trail.Unwatched{}) {
		t.Fatalf("%s is a sample without a meaning", change.Name)
	}
	return change
}

func TestReasons(t *testing.T) {
	record := string(samples(t)[0])
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	message := `{"message":` + string(text) + `}`
	for name, c := range map[string]struct {
		data    string
		records int
		passed  counts
	}{
		"nothing":                     {" \n", 0, counts{}},
		"no records":                  {`{"Records":[]}`, 0, counts{forms.NoEvent: 1}},
		"a policy":                    {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow"},{"Effect":"Deny"}]}`, 0, counts{forms.NoEvent: 1}},
		"two of another kind":         {`{"Records":[{"eventSource":"aws:s3","eventName":"ObjectCreated:Put"},{"a":1}]}`, 0, counts{forms.NoEvent: 2}},
		"a digest":                    {`{"digestS3Object":"AWSLogs/x","logFiles":[{"s3Object":"y"}]}`, 0, counts{forms.Digest: 1}},
		"a cut file":                  {`{"Records":[` + record + `,` + record + `,{"eventVersion":"1.08","userId`, 2, counts{forms.Cut: 1}},
		"a cut file, behind one":      {`{"Records":[` + record + `,`, 1, counts{forms.Cut: 1}},
		"a cut line":                  {record + "\n" + record[:len(record)/2] + "\n" + record + "\n", 2, counts{forms.Cut: 1}},
		"a file behind a cut one":     {`{"Records":[` + record + `,{"eventVersion":"1.08",` + "\n" + `{"Records":[` + record + `]}`, 2, counts{forms.Cut: 1}},
		"a cut message":               {`{"events":[` + message + `,{"message":"{\"eventVersion\":\"1.08\",\"us"}]}`, 1, counts{forms.Cut: 1}},
		"a cut wrapper":               {`{"events":[` + message + `,{"mess`, 1, counts{forms.Cut: 1}},
		"something between":           {record + "\nhello\n" + record, 2, counts{forms.NotJSON: 1}},
		"text":                        {"hello\nworld\n", 0, counts{forms.NotJSON: 2}},
		"one is no JSON":              {`{"Records":[` + record + `,` + strings.Replace(record, `:`, `=`, 2) + `,` + record + `]}`, 2, counts{forms.NotJSON: 1}},
		"brackets":                    {strings.Repeat("[", 40), 0, counts{forms.TooDeep: 1, forms.Cut: 1}},
		"no base64":                   {`{"awslogs":{"data":"H4sIAAAAA!"}}`, 0, counts{forms.Undecoded: 1}},
		"no gzip":                     {`{"awslogs":{"data":"H4sIAAAAAAAA"}}`, 0, counts{forms.Undecoded: 1}},
		"a control message":           {`{"messageType":"CONTROL_MESSAGE","logEvents":[{"id":"","message":"CWL CONTROL MESSAGE: Checking health"}]}`, 0, counts{forms.NoEvent: 1}},
		"an ambiguous structure":      {"eventname,eventsource,eventtime,recipientaccountid,awsregion,eventid,requestparameters\nCreateRole,iam.amazonaws.com,2026-03-01 12:00:00,123456789012,us-east-1,e,\"{rolename=a, description=x, permissionsBoundary=arn}\"\n", 0, counts{forms.Ambiguous: 1}},
		"a structure":                 {"eventname,eventsource,eventtime,recipientaccountid,awsregion,eventid,requestparameters\nDeleteRole,iam.amazonaws.com,2026-03-01 12:00:00,123456789012,us-east-1,e,{roleName=a}\n", 1, counts{}},
		"a structure with JSON in it": {"eventname,eventsource,eventtime,recipientaccountid,awsregion,eventid,requestparameters\nPutRolePolicy,iam.amazonaws.com,2026-03-01 12:00:00,123456789012,us-east-1,e,\"{roleName=a, policyDocument={\"\"Sid\"\":\"\"b, path=c\"\"}, policyName=d}\"\n", 1, counts{}},
		"a name twice":                {"eventname,eventsource,eventtime,recipientaccountid,awsregion,eventid,requestparameters\nDeleteRole,iam.amazonaws.com,2026-03-01 12:00:00,123456789012,us-east-1,e,\"{roleName=a, rolename=b}\"\n", 0, counts{forms.Ambiguous: 1}},
		"rows that changed nothing":   {"Event name,Event source,Error code\nCreateRole,iam.amazonaws.com,AccessDenied\nRunInstances,ec2.amazonaws.com,\nDeleteRole,iam.amazonaws.com,\n", 2, counts{forms.NoParameters: 1}},
		"a cut table":                 {"_time,_raw\n1,\"" + strings.ReplaceAll(record, `"`, `""`) + "\"\n2,\"{\"\"eventVersion", 1, counts{forms.Cut: 1}},
	} {
		got, passed := find(t, []byte(c.data))
		if len(got) != c.records || !maps.Equal(passed, c.passed) {
			t.Errorf("%s: %d records, %v; want %d and %v", name, len(got), passed, c.records, c.passed)
		}
	}
}

func TestReasonsAreShort(t *testing.T) {
	for r := forms.NoEvent; r <= forms.Ambiguous; r++ {
		if s := r.String(); s == "" || len(s) > 50 {
			t.Errorf("%d: %q", r, s)
		}
	}
}

// Ensure that times are read in all forms, and that other text is not read as a time.
func TestTimesAreUnderstood(t *testing.T) {
	for text, want := range map[string]string{
		`"2026-03-01T12:00:01Z"`:          "2026-03-01T12:00:01Z",
		`"2026-03-01T14:00:01+02:00"`:     "2026-03-01T12:00:01Z",
		`"2026-03-01T12:00:01"`:           "2026-03-01T12:00:01Z",
		`"2026-03-01 12:00:01.000000000"`: "2026-03-01T12:00:01Z",
		`"2026-03-01 12:00:01.000 UTC"`:   "2026-03-01T12:00:01Z",
		`1772366401`:                      "2026-03-01T12:00:01Z",
		`1772366401.0`:                    "2026-03-01T12:00:01Z",
		`"1772366401000"`:                 "2026-03-01T12:00:01Z",
		`1772366401000000`:                "2026-03-01T12:00:01Z",
		`"2026-03-01 12:00:01 CET"`:       "0001-01-01T00:00:00Z",
		`"yesterday"`:                     "0001-01-01T00:00:00Z",
	} {
		got, _ := find(t, []byte(`{"eventSource":"a","eventName":"b","eventTime":`+text+`}`))
		if len(got) != 1 {
			t.Errorf("%s: %d records", text, len(got))
			continue
		}
		raw, err := trail.Read(got[0])
		if s := raw.Time.Format("2006-01-02T15:04:05Z07:00"); err != nil || s != want {
			t.Errorf("%s: %s, %v; want %s", text, s, err, want)
		}
	}
}

func TestAnErrorEndsTheReading(t *testing.T) {
	want := errors.New("enough")
	for _, form := range formstest.All(samples(t)) {
		if form.Partial || strings.HasPrefix(form.Name, "any form") || form.File == "000000.gz" {
			continue
		}
		n := 0
		each := func(json.RawMessage) error { n++; return want }
		var err error
		switch forms.KindOf(form.Data) {
		case forms.Table:
			err = forms.CSV(bytes.NewReader(form.Data), each, func(forms.Reason, int) {})
		case forms.Text:
			err = forms.Lines(bytes.NewReader(form.Data), each, func(forms.Reason, int) {})
		default:
			err = forms.Value(form.Data, each, func(forms.Reason, int) {})
		}
		if !errors.Is(err, want) || n != 1 {
			t.Errorf("%s: %v after %d records", form.Name, err, n)
		}
	}
}

// Ensure that a printed structure has the meaning of its original.
func TestPrintedStructuresAreRead(t *testing.T) {
	const printed = `{roleName=a, policyDocument={"Sid":"b, path=c"}, setAsDefault=true, tags=[{"key":"k","value":"v"}], path=}`
	const want = `{"roleName":"a","policyDocument":"{\"Sid\":\"b, path=c\"}","setAsDefault":true,"tags":[{"key":"k","value":"v"}],"path":""}`
	record, err := json.Marshal(map[string]string{"eventSource": "iam.amazonaws.com", "eventName": "PutRolePolicy", "requestParameters": printed})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := find(t, record)
	var r struct{ RequestParameters json.RawMessage }
	if len(got) != 1 || json.Unmarshal(got[0], &r) != nil || string(r.RequestParameters) != want {
		t.Errorf("%s, want %s", r.RequestParameters, want)
	}
}

func BenchmarkValue(b *testing.B) {
	record := samples(b)[0]
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if err := forms.Value(record, func(json.RawMessage) error { return nil }, func(forms.Reason, int) {}); err != nil {
			b.Fatal(err)
		}
	}
}
