package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/logs"
	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// corpus is recorded CloudTrail data that is not part of the repository.
const corpus = "../../../shared/corpus/cloudtrail-files"

// boundary is of another account than the recorded events, whose account ids were
// scrambled: it stands for the policy of that name in theirs.
var boundary = map[string]string{
	boot.EnvBoundary: "arn:aws:iam::218007301253:policy/team-boundary",
	boot.EnvMode:     "enforce",
}

// binaries makes the functions once, as they are deployed but for the machine they run
// on, and gives the folder that they are in, each under its own name.
var binaries = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ringfence")
	if err != nil {
		return "", err
	}
	binaryDir = dir
	cmd := exec.CommandContext(context.Background(), "go", "build", "-tags", "lambda.norpc", "-o", dir,
		"../../functions/configrule", "../../functions/enforce", "../../functions/report", "../../functions/sweep")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the functions: %w\n%s", err, out)
	}
	return dir, nil
})

var binaryDir string // empty until the functions are built

func TestMain(m *testing.M) {
	code := m.Run()
	if binaryDir != "" {
		_ = os.RemoveAll(binaryDir)
	}
	os.Exit(code)
}

// build gives the paths of the built functions.
func build(t *testing.T) (enforce, report string) {
	t.Helper()
	if testing.Short() {
		t.Skip("building the functions takes a while")
	}
	dir, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "enforce"), filepath.Join(dir, "report")
}

// play gives the findings of a replay, drift or not.
func play(t *testing.T, log *logs.Log, o Options) []Finding {
	t.Helper()
	all, summary := summed(t, log, o)
	if !summary.Complete {
		t.Errorf("incomplete: %q", summary.Missing)
	}
	return all
}

// summed gives the findings of a replay and its summary.
func summed(t *testing.T, log *logs.Log, o Options) (all []Finding, s Summary) {
	t.Helper()
	s, err := Run(t.Context(), log, o, func(s Step) error {
		if s.Err != nil {
			t.Error(s.Err)
		}
		all = append(all, s.Findings...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, s
}

// lines are findings as replay --json prints them.
func lines[F any](t *testing.T, all []F) string {
	t.Helper()
	var b strings.Builder
	if err := writeAll(json.NewEncoder(&b), all); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func writeAll[F any](e *json.Encoder, all []F) error {
	e.SetIndent("", " ")
	for _, f := range all {
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return nil
}

func drifted(all []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Drift == finding.None })
}

// drifting are findings as a function gives them, those with drift.
func drifting(all []finding.Finding) []finding.Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f finding.Finding) bool { return f.Drift == finding.None })
}

// records are single records of CloudTrail that several projects publish, some of them edited.
const records = "../../../shared/corpus/records"

func readCorpus(t *testing.T, dir string) *logs.Log {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the recorded CloudTrail files are not here: ", err)
	}
	sources, err := logs.Files([]string{dir}, nil, func(name string, why logs.Reason) { t.Errorf("%s: %s", name, why) })
	if err != nil {
		t.Fatal(err)
	}
	return readLog(t, Reading(), sources...)
}

func readLog(t *testing.T, o logs.Options, sources ...logs.Source) *logs.Log {
	t.Helper()
	log, err := logs.Read(t.Context(), sources, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

func TestRecordedEvents(t *testing.T) {
	log := readCorpus(t, corpus)
	if log.Events != 2093 || log.Events != log.Kept+passed(log) || len(log.Incomplete) > 0 {
		t.Errorf("%+v, want 2093 events", log.Tally)
	}
	created := map[string]bool{}
	for r := range log.All() {
		var e struct {
			EventName, ErrorCode string
			ResponseElements     struct{ Role struct{ Arn string } }
		}
		if err := json.Unmarshal(r.Raw, &e); err == nil && e.EventName == "CreateRole" && e.ErrorCode == "" {
			created[e.ResponseElements.Role.Arn] = true
		}
	}
	for _, instant := range []bool{true, false} {
		o := Options{Settings: boundary, Instant: instant}
		all, summary := summed(t, log, o)
		repaired := map[string]bool{}
		for _, f := range drifted(all) {
			if f.Drift != finding.Missing || f.Outcome != finding.Done || f.Event.Name != "CreateRole" || len(f.Assumed) > 0 {
				t.Errorf("%s: %s, %s by %s, assumed %q", f.Principal.ARN, f.Drift, f.Outcome, f.Event.Name, f.Assumed)
			}
			repaired[f.Principal.ARN] = true
		}
		if n := len(drifted(all)); n != 9 {
			t.Errorf("%d findings, want 9", n)
		}
		if diff := cmp.Diff(created, repaired); diff != "" {
			t.Errorf("roles created (-) and repaired (+):\n%s", diff)
		}
		if s := summary; !s.Complete || s.Events != log.Kept || s.Judged+s.Ignored+s.Duplicates != s.Events || s.Findings != 9 || s.Assumed+s.Unproven != 0 {
			t.Errorf("%+v", s)
		}
		t.Logf("instant: %v: %+v", instant, summary)
		if diff := cmp.Diff(lines(t, all), lines(t, play(t, log, o))); diff != "" {
			t.Errorf("a second run differs:\n%s", diff)
		}
	}
}

// passed is how many events were passed over as of no concern.
func passed(log *logs.Log) (n int) {
	for _, why := range logs.OfEvents {
		n += log.Passed[why]
	}
	return n
}

// Ensure that each event that was given is judged, or counted by a reason.
func TestEachEventIsJudgedOrCounted(t *testing.T) {
	log := readCorpus(t, records)
	failed := 0
	s, err := Run(t.Context(), log, Options{Settings: boundary}, func(s Step) error {
		if s.Err != nil && s.Record != nil {
			failed++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if log.Events < 100 || log.Events != passed(log)+s.Judged+s.Ignored+s.Duplicates+failed || failed != len(s.Missing) || s.Judged == 0 {
		t.Errorf("of %d events, %d were passed over, %d failed, %+v", log.Events, passed(log), failed, s)
	}
	t.Logf("%+v\n%+v", log.Tally, s)
}

func TestTheBuiltFunctionsGiveTheSameFindings(t *testing.T) {
	enforce, report := build(t)
	t.Run("recorded events", func(t *testing.T) {
		log := readCorpus(t, corpus)
		want := lines(t, play(t, log, Options{Settings: boundary}))
		got := lines(t, play(t, log, Options{Settings: boundary, Binary: enforce, ReportBinary: report}))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in this process (-) and binaries (+):\n%s", diff)
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
			log, err := situation(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			o := Options{Settings: map[string]string{boot.EnvConfig: config}, States: []State{{s.Name, s.State}}}
			want := lines(t, play(t, log, o))
			o.Binary, o.ReportBinary = enforce, report
			if diff := cmp.Diff(want, lines(t, play(t, log, o))); diff != "" {
				t.Errorf("%s: in this process (-) and binaries (+):\n%s", s.Name, diff)
			}
		}
		if n < 24 {
			t.Errorf("only %d situations were played", n)
		}
	})
}

func TestAFunctionThatCannotStartSaysWhy(t *testing.T) {
	enforce, report := build(t)
	for _, binary := range []string{enforce, report} {
		t.Run(filepath.Base(binary), func(t *testing.T) { cannotStart(t, binary) })
	}
}

func cannotStart(t *testing.T, binary string) {
	_, err := runtimeapi.Start(t.Context(), binary, map[string]string{"AWS_REGION": "us-east-1"})
	if err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("got %v", err)
	}
}

func TestASettingThatIsWrongEndsTheReplay(t *testing.T) {
	for _, o := range []Options{
		{Settings: map[string]string{boot.EnvBoundary: "role/x"}},
		{Settings: map[string]string{boot.EnvBoundary: boundary[boot.EnvBoundary], boot.EnvMode: "enfroce"}},
		{Settings: boundary, States: []State{{"s", []byte(`{"RoleDetailList": 1}`)}}},
		{Settings: boundary, Binary: "/no/such/file", ReportBinary: "/no/such/file"},
	} {
		records := []logs.Record{{Raw: json.RawMessage(`{"eventID": "1", "eventSource": "iam.amazonaws.com", "eventName": "CreateRole", "eventTime": "2026-03-01T12:00:00Z"}`)}}
		failed := false
		_, err := Run(t.Context(), logs.Of(records...), o, func(s Step) error { failed = failed || s.Err != nil; return nil })
		if err == nil && !failed {
			t.Errorf("%v: no error", o.Settings)
		}
	}
}

func TestOneBadRecordDoesNotStopTheOthers(t *testing.T) {
	good := `{"eventVersion": "1.11", "eventID": "2", "eventSource": "iam.amazonaws.com", "eventName": "CreateRole", "eventTime": "2026-03-01T12:00:00Z",
		"awsRegion": "us-east-1", "recipientAccountId": "123456789012", "requestParameters": {"roleName": "app"}}`
	bad := strings.NewReplacer(`"roleName": "app"`, `"roleName": true`, `"2"`, `"1"`).Replace(good)
	errs := 0
	summary, err := Run(t.Context(), logs.Of(logs.Record{Raw: json.RawMessage(bad)}, logs.Record{Raw: json.RawMessage(`[]`)}, logs.Record{Raw: json.RawMessage(good)}), Options{Settings: boundary}, func(s Step) error {
		if s.Err != nil {
			errs++
		}
		return nil
	})
	if err != nil || errs != 2 || summary.Findings != 1 {
		t.Errorf("%d errors, %d findings, %v", errs, summary.Findings, err)
	}
	if summary.Complete || len(summary.Missing) != 2 || summary.Events != 3 || summary.Judged != 1 || summary.Errors != 2 {
		t.Errorf("%+v", summary)
	}
}

// Ensure that a boundary policy is put in place only where nothing says which policies there are.
func TestAStateSaysWhichPoliciesThereAre(t *testing.T) {
	const untag = `{"eventVersion": "1.11", "eventID": "1", "eventSource": "iam.amazonaws.com", "eventName": "UntagRole", "eventTime": "2026-03-01T12:00:00Z",
		"awsRegion": "us-east-1", "recipientAccountId": "123456789012", "requestParameters": {"roleName": "app", "tagKeys": ["none-such"]}}`
	const role = `"RoleDetailList": [{"RoleName": "app", "RoleId": "AROA1", "Path": "/", "Arn": "arn:aws:iam::123456789012:role/app"}]`
	for state, want := range map[string]string{
		``:                               "boundary policy arn:aws:iam::123456789012:policy/team-boundary",
		`{` + role + `, "Policies": []}`: "boundary policy arn:aws:iam::123456789012:policy/team-boundary", // as with --filter
		`{` + role + `, "Policies": [{"PolicyName": "other", "Arn": "arn:aws:iam::123456789012:policy/other", "DefaultVersionId": "v1"}]}`: "",
	} {
		o := Options{Settings: map[string]string{boot.EnvBoundary: teamBoundary, boot.EnvMode: "alert"}}
		if state != "" {
			o.States = []State{{Source: "state", Data: []byte(state)}}
		}
		var assumed string
		_, err := Run(t.Context(), logs.Of(logs.Record{Raw: json.RawMessage(untag)}), o, func(s Step) error {
			assumed += strings.Join(s.Assumed, "")
			return s.Err
		})
		if err != nil || !strings.HasPrefix(assumed, want) || (want == "") != (assumed == "") {
			t.Errorf("%s: assumed %q, %v", state, assumed, err)
		}
	}
}
