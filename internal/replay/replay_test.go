package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
)

// corpus is recorded CloudTrail data that is not part of the repository.
const corpus = "../../../shared/corpus/cloudtrail-files"

// boundary is of another account than the recorded events, whose account ids were
// scrambled: it stands for the policy of that name in theirs.
var boundary = map[string]string{
	boot.EnvBoundary: "arn:aws:iam::218007301253:policy/team-boundary",
	boot.EnvMode:     "enforce",
}

// binary makes the function once, as it is deployed but for the machine it runs on.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ringfence")
	if err != nil {
		return "", err
	}
	binaryDir = dir
	path := filepath.Join(dir, "bootstrap")
	cmd := exec.CommandContext(context.Background(), "go", "build", "-tags", "lambda.norpc", "-o", path, "../../functions/enforce")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the function: %w\n%s", err, out)
	}
	return path, nil
})

var binaryDir string // empty until the function is built

func TestMain(m *testing.M) {
	code := m.Run()
	if binaryDir != "" {
		_ = os.RemoveAll(binaryDir)
	}
	os.Exit(code)
}

func build(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("building the function takes a while")
	}
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// play gives the findings of a replay, drift or not.
func play(t *testing.T, records []Record, o Options) []finding.Finding {
	t.Helper()
	var all []finding.Finding
	err := Run(t.Context(), records, o, func(s Step) error {
		if s.Err != nil {
			t.Error(s.Err)
		}
		all = append(all, s.Findings...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// lines are findings as replay --json prints them.
func lines(t *testing.T, all []finding.Finding) string {
	t.Helper()
	var b strings.Builder
	if err := writeAll(json.NewEncoder(&b), all); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func writeAll(e *json.Encoder, all []finding.Finding) error {
	e.SetIndent("", " ")
	for _, f := range all {
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

func drifted(all []finding.Finding) (out []finding.Finding) {
	for _, f := range all {
		if f.Drift != finding.None {
			out = append(out, f)
		}
	}
	return out
}

func readCorpus(t *testing.T) []Record {
	t.Helper()
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("the recorded CloudTrail files are not here: ", err)
	}
	records, err := Read([]string{corpus}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestRecordedEvents(t *testing.T) {
	records := readCorpus(t)
	if len(records) != 2093 {
		t.Errorf("%d records, want 2093", len(records))
	}
	created := map[string]bool{}
	for _, r := range records {
		var e struct {
			EventName, ErrorCode string
			ResponseElements     struct{ Role struct{ Arn string } }
		}
		if err := json.Unmarshal(r.Raw, &e); err == nil && e.EventName == "CreateRole" && e.ErrorCode == "" {
			created[e.ResponseElements.Role.Arn] = true
		}
	}
	all := play(t, records, Options{Settings: boundary})
	mended := map[string]bool{}
	for _, f := range drifted(all) {
		if f.Drift != finding.Missing || f.Outcome != finding.Done || f.Event.Name != "CreateRole" {
			t.Errorf("%s: %s, %s by %s", f.Principal.ARN, f.Drift, f.Outcome, f.Event.Name)
		}
		mended[f.Principal.ARN] = true
	}
	if diff := cmp.Diff(created, mended); diff != "" || len(mended) != 9 {
		t.Errorf("roles created (-) and mended (+):\n%s", diff)
	}
	if diff := cmp.Diff(lines(t, all), lines(t, play(t, records, Options{Settings: boundary}))); diff != "" {
		t.Errorf("a second run differs:\n%s", diff)
	}
}

func TestTheBuiltFunctionGivesTheSameFindings(t *testing.T) {
	binary := build(t)
	t.Run("recorded events", func(t *testing.T) {
		records := readCorpus(t)
		want := lines(t, play(t, records, Options{Settings: boundary}))
		if diff := cmp.Diff(want, lines(t, play(t, records, Options{Settings: boundary, Binary: binary}))); diff != "" {
			t.Errorf("pipeline (-) and function (+):\n%s", diff)
		}
	})
	t.Run("situations", func(t *testing.T) {
		config, err := filepath.Abs("../../events/ringfence.yaml")
		if err != nil {
			t.Fatal(err)
		}
		scenarios, err := events.All()
		if err != nil {
			t.Fatal(err)
		}
		shared, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, s := range scenarios {
			if string(s.Config) != string(shared) {
				continue // the function reads its configuration from disk
			}
			n++
			records, err := split(s.Name, s.Event)
			if err != nil {
				t.Fatal(err)
			}
			o := Options{Settings: map[string]string{boot.EnvConfig: config}, State: s.State}
			want := lines(t, play(t, records, o))
			o.Binary = binary
			if diff := cmp.Diff(want, lines(t, play(t, records, o))); diff != "" {
				t.Errorf("%s: pipeline (-) and function (+):\n%s", s.Name, diff)
			}
		}
		if n < 24 {
			t.Errorf("only %d situations were played", n)
		}
	})
}

func TestAFunctionThatCannotStartSaysWhy(t *testing.T) {
	binary := build(t)
	l, err := StartLambda(t.Context(), binary, []string{"AWS_REGION=us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := l.Invoke(t.Context(), []byte(`{}`)); err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("got %v", err)
	}
}

func TestASettingThatIsWrongEndsTheReplay(t *testing.T) {
	for _, o := range []Options{
		{Settings: map[string]string{boot.EnvBoundary: "role/x"}},
		{Settings: map[string]string{boot.EnvBoundary: boundary[boot.EnvBoundary], boot.EnvMode: "enfroce"}},
		{Settings: boundary, State: []byte(`{"RoleDetailList": 1}`)},
		{Settings: boundary, Binary: "/no/such/file"},
	} {
		records := []Record{{Raw: json.RawMessage(record("1", "CreateRole", "2026-03-01T12:00:00Z"))}}
		failed := false
		err := Run(t.Context(), records, o, func(s Step) error { failed = failed || s.Err != nil; return nil })
		if err == nil && !failed {
			t.Errorf("%v: no error", o.Settings)
		}
	}
}

func TestOneBadRecordDoesNotStopTheOthers(t *testing.T) {
	good := `{"eventVersion": "1.11", "eventID": "2", "eventSource": "iam.amazonaws.com", "eventName": "CreateRole", "eventTime": "2026-03-01T12:00:00Z",
		"awsRegion": "us-east-1", "recipientAccountId": "123456789012", "requestParameters": {"roleName": "app"}}`
	bad := strings.Replace(good, `"roleName": "app"`, `"omitted": true`, 1)
	var errs, found int
	err := Run(t.Context(), []Record{{Raw: json.RawMessage(bad)}, {Raw: json.RawMessage(`[]`)}, {Raw: json.RawMessage(good)}}, Options{Settings: boundary}, func(s Step) error {
		if s.Err != nil {
			errs++
		}
		found += len(drifted(s.Findings))
		return nil
	})
	if err != nil || errs != 2 || found != 1 {
		t.Errorf("%d errors, %d findings, %v", errs, found, err)
	}
}
