package lake

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/ringfence/ringfence/internal/lake/query"
	"github.com/ringfence/ringfence/internal/trail"
)

// stub is a service on loopback that answers what it is told to. Each operation has a list of
// answers, of which the last one stays.
type stub struct {
	url     string
	mu      sync.Mutex
	answers map[string][]string
	asked   []string            // operations, in order
	bodies  map[string][]string // by operation
	hook    func(operation string)
}

// fails is an answer that is an error.
func fails(code, message string) string { return "!" + code + "!" + message }

func newStub(t *testing.T, answers map[string][]string) *stub {
	t.Helper()
	s := &stub{answers: answers, bodies: map[string][]string{}, hook: func(string) {}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	operation := target[strings.LastIndexByte(target, '.')+1:]
	body, _ := io.ReadAll(r.Body)
	s.hook(operation)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, operation)
	s.bodies[operation] = append(s.bodies[operation], string(body))
	list := s.answers[operation]
	if len(list) == 0 {
		list = []string{fails("UnknownOperationException", operation)}
	}
	answer := list[0]
	if len(list) > 1 {
		s.answers[operation] = list[1:]
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if code, message, ok := strings.Cut(strings.TrimPrefix(answer, "!"), "!"); ok && answer[0] == '!' {
		w.WriteHeader(http.StatusBadRequest)
		answer = fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message)
	}
	_, _ = io.WriteString(w, answer)
}

// sent is a field of the last call of an operation.
func (s *stub) sent(t *testing.T, operation, field string) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.bodies[operation]
	if len(list) == 0 {
		t.Fatalf("%s was not called", operation)
	}
	var in map[string]any
	if err := json.Unmarshal([]byte(list[len(list)-1]), &in); err != nil {
		t.Fatal(err)
	}
	return cmp.Or(fmt.Sprint(in[field]), "<nil>")
}

func (s *stub) count(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(s.asked), func(o string) bool { return o != operation }))
}

func (s *stub) config() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &s.url, Credentials: credentials.NewStaticCredentialsProvider("AKIAEXAMPLE", "secret", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

const store = "a1b2c3d4-5678-90ab-cdef-111122223333"

var want = query.Want{
	Calls: []trail.Call{{Source: "iam.amazonaws.com", Name: "CreateRole"}},
	Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
}

func (s *stub) athena() Athena {
	return Athena{API: athena.NewFromConfig(s.config()), Workgroup: "audit", Database: "logs", Table: "trail", Want: want}
}

func (s *stub) lake() CloudTrail {
	return CloudTrail{API: cloudtrail.NewFromConfig(s.config()), Store: store, Owner: "111122223333", Want: want}
}

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// described is the table of the manual, as Athena describes it.
func described() string {
	type column struct{ Name, Type string }
	table := query.Manual("logs", "trail")
	var columns []column
	for _, c := range table.Columns {
		columns = append(columns, column(c))
	}
	text, _ := json.Marshal(map[string]any{"TableMetadata": map[string]any{
		"Name": "trail", "TableType": "EXTERNAL_TABLE", "Columns": columns, "PartitionKeys": []column{{"timestamp", "string"}}, "Parameters": table.Properties,
	}})
	return string(text)
}

func execution(state, more string) string {
	return `{"QueryExecution":{"QueryExecutionId":"q-1","Status":{"State":"` + state + `"` + more + `},"Statistics":{"DataScannedInBytes":2199023255552}}}`
}

// good are the answers of a query that goes well.
func good(t *testing.T) map[string][]string {
	return map[string][]string{
		"GetTableMetadata":    {described()},
		"StartQueryExecution": {`{"QueryExecutionId":"q-1"}`},
		"GetQueryExecution":   {execution("QUEUED", ""), execution("RUNNING", ""), execution("SUCCEEDED", "")},
		"GetQueryResults":     {file(t, "athena-1.json"), file(t, "athena-2.json")},
		"StopQueryExecution":  {`{}`},
	}
}

func goodLake(t *testing.T) map[string][]string {
	return map[string][]string{
		"StartQuery":      {`{"QueryId":"q-1"}`},
		"DescribeQuery":   {`{"QueryStatus":"QUEUED"}`, `{"QueryStatus":"RUNNING"}`, `{"QueryStatus":"FINISHED","QueryStatistics":{"BytesScanned":107374182400}}`},
		"GetQueryResults": {file(t, "lake-1.json"), file(t, "lake-2.json")},
		"CancelQuery":     {`{"QueryId":"q-1","QueryStatus":"CANCELLED"}`},
	}
}
