package lake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/forms"
	"github.com/ringfence/ringfence/internal/trail"
)

// fast looks at a query without pause, and gathers what is said.
func fast(said *strings.Builder) Options {
	return Options{Pause: time.Millisecond, Say: func(text string) { said.WriteString(text + "\n") }}
}

// opener is what both services are.
type opener interface {
	Open(context.Context, Options) (io.ReadCloser, error)
}

func read(t *testing.T, o opener) (text, said string, err error) {
	t.Helper()
	var b strings.Builder
	in, err := o.Open(t.Context(), fast(&b))
	if err != nil {
		return "", b.String(), err
	}
	data, err := io.ReadAll(in)
	return string(data), b.String(), errors.Join(err, in.Close())
}

// records finds the records of a text, in the way that its kind asks for.
func records(t *testing.T, text string) (list []json.RawMessage) {
	t.Helper()
	each := func(r json.RawMessage) error { list = append(list, bytes.Clone(r)); return nil }
	passed := func(why forms.Reason, n int) { t.Errorf("%d passed over: %s", n, why) }
	var err error
	if forms.KindOf([]byte(text)) == forms.Table {
		err = forms.CSV(strings.NewReader(text), each, passed)
	} else {
		err = forms.Value([]byte(text), each, passed)
	}
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Ensure that the three records are read back from whatever the services give: what a query gives
// here, the answers of GetQueryResults in a file, and Athena's CSV.
func TestEveryResultGivesTheSameRecords(t *testing.T) {
	want := records(t, file(t, "records.ndjson"))
	if len(want) != 3 {
		t.Fatal(len(want))
	}
	s := newStub(t, good(t))
	athena, said, err := read(t, s.athena())
	if err != nil {
		t.Fatal(err)
	}
	sql := s.sent(t, "StartQueryExecution", "QueryString")
	if !strings.Contains(sql, `FROM "logs"."trail"`) || !strings.Contains(sql, `"timestamp" >= '2026/03/01'`) || !strings.Contains(said, sql) ||
		!strings.Contains(said, "2 TB scanned, about $10.00") || s.sent(t, "StartQueryExecution", "WorkGroup") != "audit" {
		t.Errorf("%s\n%s", sql, said)
	}
	s = newStub(t, goodLake(t))
	lake, said, err := read(t, s.lake())
	if err != nil {
		t.Fatal(err)
	}
	sql = s.sent(t, "StartQuery", "QueryStatement")
	if !strings.Contains(sql, "FROM "+store) || !strings.Contains(said, sql) || !strings.Contains(said, "100 GB scanned, about $0.50") {
		t.Errorf("%s\n%s", sql, said)
	}
	for _, operation := range []string{"StartQuery", "DescribeQuery", "GetQueryResults"} {
		if owner := s.sent(t, operation, "EventDataStoreOwnerAccountId"); owner != "111122223333" {
			t.Errorf("%s: %s", operation, owner)
		}
	}
	for name, text := range map[string]string{
		"Athena": athena, "Athena, CSV": file(t, "athena.csv"), "Athena, JSON": file(t, "athena-1.json") + file(t, "athena-2.json"),
		"Lake": lake, "Lake, JSON": file(t, "lake-1.json") + file(t, "lake-2.json"),
	} {
		got := records(t, text)
		if len(got) != len(want) {
			t.Fatalf("%s: %d records", name, len(got))
		}
		for i := range want {
			if diff := cmp.Diff(whole(t, want[i]), whole(t, got[i])); diff != "" {
				t.Errorf("%s, record %d:\n%s", name, i+1, diff)
			}
			a, errA := trail.Parse(want[i])
			b, errB := trail.Parse(got[i])
			if diff := cmp.Diff(a, b); diff != "" || errA != nil || errB != nil {
				t.Errorf("%s, record %d: %v %v\n%s", name, i+1, errA, errB, diff)
			}
		}
	}
	if lake != file(t, "records.ndjson") {
		t.Errorf("not as it was:\n%s", lake)
	}
}

// whole is all that a record has, without what a table in Athena changes: the case of names in
// userIdentity, fields without a value, and what is no column of it.
func whole(t *testing.T, record json.RawMessage) map[string]any {
	t.Helper()
	var all map[string]any
	if err := json.Unmarshal(record, &all); err != nil {
		t.Fatal(err)
	}
	for name, value := range all {
		if name == "userIdentity" {
			all[name] = lower(value)
		}
		if text, ok := value.(string); ok && name == "readOnly" {
			all[name] = text == "true"
		}
		if value == nil || slices.Contains([]string{"managementEvent", "tlsDetails", "sessionCredentialFromConsole"}, name) {
			delete(all, name)
		}
	}
	return all
}

func lower(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	out := map[string]any{}
	for name, v := range object {
		if v != nil {
			out[strings.ToLower(name)] = lower(v)
		}
	}
	return out
}

const header = `{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventjson"}]}]}}`

func TestEmptyResults(t *testing.T) {
	answers := good(t)
	for _, page := range []string{header, `{"ResultSet":{"Rows":[]}}`} {
		answers["GetQueryResults"] = []string{page}
		if text, _, err := read(t, newStub(t, answers).athena()); text != "" || err != nil {
			t.Errorf("%q, %v", text, err)
		}
	}
	answers = goodLake(t)
	answers["GetQueryResults"] = []string{`{"QueryStatus":"FINISHED","QueryResultRows":[],"QueryStatistics":{"TotalResultsCount":0}}`}
	if text, _, err := read(t, newStub(t, answers).lake()); text != "" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

// The header is the first row of the first page, and of no other.
func TestOnlyTheHeaderIsLeftOut(t *testing.T) {
	row := `{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventjson"}]},{"Data":[{"VarCharValue":"eventjson"}]}]}`
	answers := good(t)
	answers["GetQueryResults"] = []string{row + `,"NextToken":"a"}`, row + `}`}
	if text, _, err := read(t, newStub(t, answers).athena()); strings.Count(text, "\n") != 3 || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

// Ensure that whatever goes wrong is an error that says what, and that what was started is stopped.
func TestWhatGoesWrongIsSaid(t *testing.T) {
	throttled := fails("ThrottlingException", "slow down")
	denied := fails("AccessDeniedException", "no")
	for name, c := range map[string]struct {
		operation string
		answers   []string
		want      string
		stopped   bool
	}{
		"no table":       {"GetTableMetadata", []string{fails("MetadataException", "EntityNotFoundException: Table trail not found.")}, "table logs.trail: MetadataException: EntityNotFoundException", false},
		"another table":  {"GetTableMetadata", []string{`{"TableMetadata":{"Name":"trail","Columns":[{"Name":"a","Type":"string"}]}}`}, "logs.trail has no column useridentity", false},
		"denied":         {"GetTableMetadata", []string{denied}, permissions, false},
		"no place":       {"StartQueryExecution", []string{fails("InvalidRequestException", "No output location provided.")}, "give the workgroup a place for results", false},
		"failed":         {"GetQueryExecution", []string{execution("RUNNING", ""), execution("FAILED", `,"StateChangeReason":"Access Denied (Service: Amazon S3)"`)}, "query q-1 ended as FAILED: Access Denied (Service: Amazon S3)", false},
		"failed, error":  {"GetQueryExecution", []string{execution("FAILED", `,"AthenaError":{"ErrorMessage":"out of resources"}`)}, "out of resources", false},
		"cancelled":      {"GetQueryExecution", []string{execution("CANCELLED", `,"StateChangeReason":"Bytes scanned limit was exceeded"`)}, "ended as CANCELLED: Bytes scanned limit was exceeded", false},
		"no reason":      {"GetQueryExecution", []string{execution("CANCELLED", "")}, "ended as CANCELLED: no reason is given", false},
		"unseen":         {"GetQueryExecution", []string{denied}, "q-1 was stopped; what it scanned until then is charged", true},
		"nothing":        {"GetQueryExecution", []string{`{}`}, "says nothing of it", true},
		"a page":         {"GetQueryResults", []string{file(t, "athena-1.json"), fails("InternalServerException", "x")}, "the result is not whole: reading the result of query q-1: InternalServerException", false},
		"a page, denied": {"GetQueryResults", []string{denied}, permissions, false},
		"no result":      {"GetQueryResults", []string{`{}`}, "a page without one", false},
		"two columns":    {"GetQueryResults", []string{`{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"a"},{"VarCharValue":"b"}]}]}}`}, "a row that has not one record", false},
		"no value":       {"GetQueryResults", []string{`{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"eventjson"}]},{"Data":[{}]}]}}`}, "a row that has not one record", false},
		"throttled":      {"GetQueryExecution", []string{throttled, throttled, execution("SUCCEEDED", "")}, "", false},
		"throttled page": {"GetQueryResults", []string{throttled, file(t, "athena-1.json"), throttled, file(t, "athena-2.json")}, "", false},
		"for ever":       {"GetQueryExecution", []string{throttled}, "ThrottlingException", true},
	} {
		answers := good(t)
		answers[c.operation] = c.answers
		s := newStub(t, answers)
		check(t, "Athena, "+name, s, s.athena(), c.want, "StopQueryExecution", c.stopped)
	}
	for name, c := range map[string]struct {
		operation string
		answers   []string
		want      string
		stopped   bool
	}{
		"denied":         {"StartQuery", []string{denied}, permissions, false},
		"no store":       {"StartQuery", []string{fails("EventDataStoreNotFoundException", "none")}, "starting a query of event data store " + store + ": EventDataStoreNotFoundException", false},
		"failed":         {"DescribeQuery", []string{`{"QueryStatus":"FAILED","ErrorMessage":"syntax"}`}, "CloudTrail Lake query q-1 ended as FAILED: syntax", false},
		"timed out":      {"DescribeQuery", []string{`{"QueryStatus":"TIMED_OUT"}`}, "ended as TIMED_OUT: no reason is given", false},
		"cancelled":      {"DescribeQuery", []string{`{"QueryStatus":"CANCELLED"}`}, "ended as CANCELLED", false},
		"unseen":         {"DescribeQuery", []string{denied}, "was stopped", true},
		"a page":         {"GetQueryResults", []string{file(t, "lake-1.json"), fails("InvalidNextTokenException", "x")}, "the result is not whole: reading the result of query q-1: InvalidNextTokenException", false},
		"less":           {"GetQueryResults", []string{file(t, "lake-2.json")}, "1 rows, and it found 3", false},
		"not finished":   {"GetQueryResults", []string{`{"QueryStatus":"FAILED","ErrorMessage":"gone"}`}, "it is FAILED: gone", false},
		"another column": {"GetQueryResults", []string{`{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventName":"x"}]]}`}, "a row that has not one record", false},
		"throttled":      {"DescribeQuery", []string{throttled, `{"QueryStatus":"FINISHED"}`}, "", false},
	} {
		answers := goodLake(t)
		answers[c.operation] = c.answers
		s := newStub(t, answers)
		check(t, "Lake, "+name, s, s.lake(), c.want, "CancelQuery", c.stopped)
	}
}

func check(t *testing.T, name string, s *stub, o opener, want, stop string, stopped bool) {
	t.Helper()
	text, said, err := read(t, o)
	if want == "" {
		if err != nil || len(records(t, text)) != 3 {
			t.Errorf("%s: %v", name, err)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: %v, want %q\n%s", name, err, want, said)
	}
	if (s.count(stop) > 0) != stopped {
		t.Errorf("%s: asked %v", name, s.asked)
	}
}

// Ensure that a query that nobody waits for any more is stopped, as it costs.
func TestStopping(t *testing.T) {
	running := map[string][]string{"GetQueryExecution": {execution("RUNNING", "")}, "DescribeQuery": {`{"QueryStatus":"RUNNING"}`}}
	for _, c := range []struct {
		name, look, stop, id, command string
		answers                       map[string][]string
		of                            func(*stub) opener
	}{
		{"Athena", "GetQueryExecution", "StopQueryExecution", "QueryExecutionId", "aws athena stop-query-execution --query-execution-id q-1", good(t), func(s *stub) opener { return s.athena() }},
		{"Lake", "DescribeQuery", "CancelQuery", "QueryId", "aws cloudtrail cancel-query --query-id q-1", goodLake(t), func(s *stub) opener { return s.lake() }},
	} {
		for _, refused := range []bool{false, true} {
			c.answers[c.look] = running[c.look]
			want := "q-1 was stopped"
			if refused {
				c.answers[c.stop] = []string{fails("InternalFailure", "x")}
				want = c.command
			}
			s := newStub(t, c.answers)
			ctx, cancel := context.WithCancel(t.Context())
			looks := 0
			s.hook = func(operation string) {
				if operation == c.look {
					if looks++; looks == 3 {
						cancel()
					}
				}
			}
			_, err := c.of(s).Open(ctx, Options{Pause: time.Millisecond})
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), want) || s.sent(t, c.stop, c.id) != "q-1" {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}
