package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/lake/query"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/replay"
)

const (
	dataStore   = "a1b2c3d4-5678-90ab-cdef-111122223333"
	athenaPath  = "athena://audit/logs.trail"
	lakePath    = "lake://" + dataStore
	lakeARNPath = "lake://arn:aws:cloudtrail:eu-central-1:111122223333:eventdatastore/" + dataStore
)

func march() query.Want {
	return query.Want{
		Calls: replay.Calls(), Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
		Accounts: []string{"123456789012"},
	}
}

// fakeAWS answers queries with recorded results. The SDK is configured to reach nothing else.
func fakeAWS(t *testing.T, answers map[string]string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target := r.Header.Get("X-Amz-Target")
		body, _ := io.ReadAll(r.Body)
		key := target[strings.LastIndexByte(target, '_')+1:]
		if strings.Contains(string(body), `"NextToken"`) {
			key += " next"
		}
		answer, ok := answers[key]
		if !ok {
			t.Errorf("unexpected %s: %s", key, body)
			w.WriteHeader(http.StatusBadRequest)
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	offline(t)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "us-east-1")
}

// offline gives the SDK no configuration and no credentials.
func offline(t *testing.T) {
	t.Helper()
	for _, name := range os.Environ() {
		if name, _, _ := strings.Cut(name, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	none := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func recorded(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "internal", "lake", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func describedTable(t *testing.T) string {
	t.Helper()
	table := query.Manual("logs", "trail")
	text, err := json.Marshal(map[string]any{"TableMetadata": map[string]any{
		"Name": "trail", "Columns": table.Columns, "PartitionKeys": table.Partitions, "Parameters": table.Properties,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Logs selected by a query give the same events as the same log in a file.
func TestQueriesGiveTheLogOfAFile(t *testing.T) {
	fakeAWS(t, map[string]string{
		"AmazonAthena.GetTableMetadata":     describedTable(t),
		"AmazonAthena.StartQueryExecution":  `{"QueryExecutionId":"q-1"}`,
		"AmazonAthena.GetQueryExecution":    `{"QueryExecution":{"Status":{"State":"SUCCEEDED"},"Statistics":{"DataScannedInBytes":1099511627776}}}`,
		"AmazonAthena.GetQueryResults":      recorded(t, "athena-1.json"),
		"AmazonAthena.GetQueryResults next": recorded(t, "athena-2.json"),
		"20131101.StartQuery":               `{"QueryId":"q-2"}`,
		"20131101.DescribeQuery":            `{"QueryStatus":"FINISHED","QueryStatistics":{"BytesScanned":1073741824}}`,
		"20131101.GetQueryResults":          recorded(t, "lake-1.json"),
		"20131101.GetQueryResults next":     recorded(t, "lake-2.json"),
	})
	files, err := logs.Files([]string{filepath.Join("..", "..", "internal", "lake", "testdata", "records.ndjson")}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := ids(t, files[0])
	if len(want) != 3 {
		t.Fatal(want)
	}
	for path, says := range map[string]string{
		athenaPath: "1 TB scanned, about $5.00", lakePath: "1 GB scanned, less than $0.01", lakeARNPath: "query q-2:\nSELECT eventjson\nFROM " + dataStore,
	} {
		var said strings.Builder
		source, err := openQuery(path, "", march(), &said)
		if err != nil {
			t.Fatal(err)
		}
		if got := ids(t, source); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
		if !strings.Contains(said.String(), says) || !strings.HasPrefix(said.String(), path+": ") {
			t.Errorf("%s: %s", path, &said)
		}
	}
}

// ids returns the event IDs of a source, in order.
func ids(t *testing.T, source logs.Source) (list []string) {
	t.Helper()
	log, err := logs.Read(t.Context(), []logs.Source{source}, replay.Reading())
	if err != nil || len(log.Incomplete) > 0 {
		t.Fatalf("%v, %q", err, log.Incomplete)
	}
	defer func() { _ = log.Close() }()
	for record, err := range log.All() {
		var event struct{ EventID string }
		if err := json.Unmarshal(record.Raw, &event); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Error(err)
		}
		list = append(list, event.EventID)
	}
	return list
}

// If a query fails, the log is incomplete. It is not just shorter.
func TestAQueryThatFailsIsIncomplete(t *testing.T) {
	fakeAWS(t, map[string]string{
		"AmazonAthena.GetTableMetadata":     describedTable(t),
		"AmazonAthena.StartQueryExecution":  `{"QueryExecutionId":"q-1"}`,
		"AmazonAthena.GetQueryExecution":    `{"QueryExecution":{"Status":{"State":"SUCCEEDED"}}}`,
		"AmazonAthena.GetQueryResults":      recorded(t, "athena-1.json"),
		"AmazonAthena.GetQueryResults next": `{}`,
	})
	source, err := openQuery(athenaPath, "", march(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	log, err := logs.Read(t.Context(), []logs.Source{source}, replay.Reading())
	if err != nil || log.Kept != 2 || len(log.Incomplete) != 1 || !strings.Contains(log.Incomplete[0], athenaPath+": the result is not whole") {
		t.Errorf("%v, %+v", err, log.Tally)
	}
	if err := log.Close(); err != nil {
		t.Error(err)
	}
}

// Planning a query needs no credentials, and running one without credentials is an error.
func TestPlansNeedNoCredentials(t *testing.T) {
	offline(t)
	for path, wants := range map[string][]string{
		athenaPath:  {"FROM \"logs\".\"trail\"\n", "timestamp 2026/03/01 to 2026/04/01", "$5 for each TB", query.Listed, "'CreateRole'"},
		lakePath:    {"FROM " + dataStore + "\n", "$0.005 for each GB", query.Listed, "'CreateRole'"},
		lakeARNPath: {"FROM " + dataStore + "\n"},
	} {
		plan, err := queryPlan(path, march())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(plan, want) {
				t.Errorf("%s: %q is not in\n%s", path, want, plan)
			}
		}
	}
	source, err := openQuery(athenaPath, "", march(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := source.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "no AWS credentials") || !strings.Contains(err.Error(), "--dry-run") {
		t.Error(err)
	}
}

func TestPathsOfQueries(t *testing.T) {
	for path, want := range map[string]string{
		"athena://audit": "athena://WORKGROUP/DATABASE.TABLE", "athena:///logs.trail": "athena://WORKGROUP/DATABASE.TABLE", "athena://audit/logs": "athena://WORKGROUP/DATABASE.TABLE",
		"athena://audit/.trail": "athena://WORKGROUP/DATABASE.TABLE", "athena://audit/catalog.logs.trail": "athena://WORKGROUP/DATABASE.TABLE", "athena://a/b/c.d": "athena://WORKGROUP/DATABASE.TABLE",
		"lake://": "list-event-data-stores", "lake://logs": "list-event-data-stores", "lake://arn:aws:s3:::bucket": "list-event-data-stores",
		"lake://arn:aws:cloudtrail:us-east-1:111122223333:trail/" + dataStore: "list-event-data-stores", lakePath + " WHERE": "list-event-data-stores",
	} {
		if !isQuery(path) {
			t.Error(path)
		}
		_, err := openQuery(path, "", march(), io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	for _, path := range []string{"-", "athena.csv", "s3://bucket/athena://", "logs/lake://x"} {
		if isQuery(path) {
			t.Error(path)
		}
	}
}
