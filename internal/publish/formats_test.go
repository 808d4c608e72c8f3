package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/ringfence/ringfence/internal/finding"
)

func TestFormatsOfOthers(t *testing.T) {
	for name, f := range examples() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".asff.json", indented(t, asffOf(f, "us-east-1")))
			event := indented(t, ocsfOf(f))
			golden(t, name+".ocsf.json", event)
			for _, wrong := range conforms(t, event) {
				t.Error(wrong)
			}
		})
	}
}

// Ensure that the check of the schema finds what is wrong: without that, it shows nothing.
func TestTheSchemaOfOCSFRefuses(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"no class":           func(e map[string]any) { delete(e, "class_uid") },
		"another class":      func(e map[string]any) { e["class_uid"], e["type_uid"] = 2001, 200103 },
		"unknown attribute":  func(e map[string]any) { e["drift"] = "missing" },
		"unknown severity":   func(e map[string]any) { e["severity_id"] = 7 },
		"another caption":    func(e map[string]any) { e["severity"] = "Terrible" },
		"seconds":            func(e map[string]any) { e["time"] = 1788405129 },
		"time as text":       func(e map[string]any) { e["time"] = "2026-09-03T03:12:09Z" },
		"type of another":    func(e map[string]any) { e["type_uid"], e["type_name"] = 200401, "Detection Finding: Create" },
		"resource, no list":  func(e map[string]any) { e["resources"] = e["resources"].([]any)[0] },
		"resource of nobody": func(e map[string]any) { e["resources"] = []any{map[string]any{"type": "AWS::IAM::Role"}} },
		"no uid":             func(e map[string]any) { delete(e["finding_info"].(map[string]any), "uid") },
		"another version":    func(e map[string]any) { e["metadata"].(map[string]any)["version"] = "1.0.0" },
		"no product":         func(e map[string]any) { delete(e["metadata"].(map[string]any), "product") },
		"empty text":         func(e map[string]any) { e["message"] = "" },
		"evidence of none":   func(e map[string]any) { e["evidences"] = []any{map[string]any{"name": "x"}} },
		"no address": func(e map[string]any) {
			e["evidences"].([]any)[0].(map[string]any)["src_endpoint"] = map[string]any{"ip": "AWS Internal"}
		},
	} {
		var event map[string]any
		text, _ := json.Marshal(ocsfOf(replaced()))
		if err := json.Unmarshal(text, &event); err != nil {
			t.Fatal(err)
		}
		change(event)
		text, _ = json.Marshal(event)
		if len(conforms(t, text)) == 0 {
			t.Errorf("%s passes", name)
		}
	}
}

// Ensure that each way in which a finding can stand is told as the formats have it.
func TestStatesInTheFormatsOfOthers(t *testing.T) {
	type states struct{ record, workflow, compliance, activity, status string }
	openNew := states{"ACTIVE", "NEW", "FAILED", "Create", "New"}
	closed := states{"ARCHIVED", "RESOLVED", "PASSED", "Close", "Resolved"}
	for name, test := range map[string]struct {
		change func(*finding.Finding)
		want   states
	}{
		"repaired":       {func(*finding.Finding) {}, closed},
		"found inside":   {func(f *finding.Finding) { f.Resolution = finding.FoundInside }, closed},
		"unconfirmed":    {func(f *finding.Finding) { f.Resolution = finding.MaybeRepaired }, closed},
		"was back":       {func(f *finding.Finding) { f.Resolution, f.Outcome = finding.WasBack, finding.NoOutcome }, closed},
		"account closed": {func(f *finding.Finding) { f.Resolution = finding.AccountClosed }, states{"ARCHIVED", "RESOLVED", "NOT_AVAILABLE", "Close", "Resolved"}},
		"deleted":        {func(f *finding.Finding) { f.Resolution = finding.Gone }, states{"ARCHIVED", "RESOLVED", "NOT_AVAILABLE", "Close", "Resolved"}},
		"planned":        {func(f *finding.Finding) { open(f); f.Outcome = finding.Planned }, openNew},
		"failed":         {failedTwice, openNew},
		"deferred":       {func(f *finding.Finding) { open(f); f.Outcome = finding.Deferred }, openNew},
		"not enough":     {func(f *finding.Finding) { open(f); f.Outcome = finding.Done }, openNew},
		"again":          {func(f *finding.Finding) { open(f); f.Revision = 2 }, states{"ACTIVE", "NEW", "FAILED", "Update", "New"}},
		"a call":         {func(f *finding.Finding) { open(f); f.Drift = finding.Moved }, states{"ACTIVE", "NEW", "", "Create", "New"}},
		"on itself":      {func(f *finding.Finding) { open(f); f.Principal, f.Drift = nil, finding.ControlTampered }, states{"ACTIVE", "NEW", "", "Create", "New"}},
	} {
		f := with(func(f *finding.Finding) {})
		test.change(&f)
		a, o := asffOf(f, "us-east-1"), ocsfOf(f)
		got := states{record: a.RecordState, workflow: a.Workflow.Status, activity: o.ActivityName, status: o.Status}
		if a.Compliance != nil {
			got.compliance = a.Compliance.Status
		}
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", name, got, test.want)
		}
		if o.FindingInfo.UID != f.ID || a.ID != "ringfence/"+f.ID {
			t.Errorf("%s: ids %s and %s", name, o.FindingInfo.UID, a.ID)
		}
	}
}

// Ensure that what a finding is about is told as its kind of resource.
func TestResourcesInTheFormatsOfOthers(t *testing.T) {
	for name, test := range map[string]struct {
		change              func(*finding.Finding)
		kind, id, type6, as string
	}{
		"role": {func(*finding.Finding) {}, "AwsIamRole", replaced().Principal.ARN, "AWS::IAM::Role", "arn:aws:iam::123456789012:role/dev/service-app"},
		"user": {func(f *finding.Finding) {
			f.Principal = &finding.Principal{ARN: "arn:aws:iam::123456789012:user/jane", Kind: "user", ID: "AIDA1"}
		}, "AwsIamUser", "arn:aws:iam::123456789012:user/jane", "AWS::IAM::User", "arn:aws:iam::123456789012:user/jane"},
		"policy":   {func(f *finding.Finding) { f.Principal, f.Drift = nil, finding.Widened }, "AwsIamPolicy", replaced().Required, "AWS::IAM::ManagedPolicy", replaced().Required},
		"a part":   {func(f *finding.Finding) { f.Principal, f.Drift, f.Required = nil, finding.ControlTampered, "" }, "AwsAccount", "AWS::::Account:123456789012", "AWS::::Account", "123456789012"},
		"own role": {func(f *finding.Finding) { f.Drift = finding.ControlTampered }, "AwsIamRole", replaced().Principal.ARN, "AWS::IAM::Role", replaced().Principal.ARN},
		"a set":    {func(f *finding.Finding) { f.Principal, f.Drift = nil, finding.Protected }, "AwsAccount", "AWS::::Account:123456789012", "AWS::::Account", "123456789012"},
		"in Beijing": {func(f *finding.Finding) {
			f.Principal, f.Partition, f.Required = nil, "aws-cn", "arn:aws-cn:iam::123456789012:policy/b"
		}, "AwsIamPolicy", "arn:aws-cn:iam::123456789012:policy/b", "AWS::IAM::ManagedPolicy", "arn:aws-cn:iam::123456789012:policy/b"},
	} {
		f := replaced()
		test.change(&f)
		a, o := asffOf(f, "us-east-1").Resources[0], ocsfOf(f).Resources[0]
		if a.Type != test.kind || a.ID != test.id || o.Type != test.type6 || o.UID != test.as || a.Partition != f.Partition || o.CloudPartition != f.Partition {
			t.Errorf("%s: %+v and %+v", name, a, o)
		}
	}
}

// Ensure that Security Hub takes a revision for later than the one before, though both were made
// in one instant.
func TestRevisionsAreLaterThanThoseBefore(t *testing.T) {
	f := replaced()
	before := asffOf(f, "us-east-1").UpdatedAt
	for range 3 {
		f.Revision++
		after := asffOf(f, "us-east-1").UpdatedAt
		if after <= before {
			t.Errorf("%s after %s", after, before)
		}
		before = after
	}
}

// anything is a finding with any texts, times and numbers of members.
type anything struct{ *rand.Rand }

func (r anything) finding() finding.Finding {
	var f finding.Finding
	r.fill(reflect.ValueOf(&f).Elem())
	f.Account, f.ID, f.Revision, f.Time = "123456789012", finding.ID("any", f.Drift, f.Rule), 1+r.IntN(9), r.time()
	return f
}

func (r anything) time() time.Time {
	return time.Date(2020+r.IntN(60), 1, 1+r.IntN(365), 0, 0, r.IntN(86400), r.IntN(1e9), time.UTC)
}

func (r anything) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(r.text(v.Type()))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int:
		v.SetInt(int64(r.IntN(100)))
	case reflect.Float64:
		v.SetFloat(r.Float64() * 1e6)
	case reflect.Pointer:
		if r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			r.fill(v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			if r.IntN(4) > 0 {
				v.Set(reflect.ValueOf(r.time()))
			}
			return
		}
		for i := range v.NumField() {
			r.fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(12), 12))
		for i := range v.Len() {
			r.fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(5) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			r.fill(key)
			r.fill(value)
			v.SetMapIndex(key, value)
		}
	}
}

// known are values of the types that have some.
var known = map[string][]string{
	"Status": {"open", "resolved"}, "Severity": {"critical", "high", "medium", "low", "info"},
	"Resolution": {"", "repaired", "unconfirmed", "found-inside", "was-back", "deleted", "account-closed"},
	"Drift":      {"none", "missing", "replaced", "widened", "altered", "absent-policy", "protected", "exemption-expired", "control-tampered", "moved", "withheld", "policy-changed", "exempt-changed"},
	"Action":     {"none", "alert", "reattach", "quarantine", "restore", "create-policy"},
	"Outcome":    {"done", "planned", "failed", "unconfirmed", "deferred", "none"},
}

func (r anything) text(of reflect.Type) string {
	if all := known[of.Name()]; all != nil && r.IntN(5) > 0 {
		return all[r.IntN(len(all))]
	}
	all := []string{
		"", " \t\n", "\u200b\u202e", "aws", "role", "user", "policy", "203.0.113.7", "fe80::1%eth0", "AWS Internal", "cloudformation.amazonaws.com",
		"arn:aws:iam::123456789012:role/dev/app", "arn:aws:iam::123456789012:user/" + strings.Repeat("p/", 250) + "jane",
		"arn:aws:iam::123456789012:policy/team", evil, "\x00\x1b[2J\x7f\u0085\u2028\xff\xfe", strings.Repeat("é\"<&\\", 1+r.IntN(3000)),
		strings.Repeat("中", 1+r.IntN(3000)), strings.Repeat("://www.", 1+r.IntN(800)), strings.Repeat("🐢", 1+r.IntN(2000)),
	}
	return all[r.IntN(len(all))]
}

// Ensure that whatever a finding holds, its texts in the formats of others are within their
// bounds and harmless, and each a form that the other side takes.
func TestAnyFindingInTheFormatsOfOthers(t *testing.T) {
	for seed := range uint64(100) {
		f := anything{rand.New(rand.NewPCG(seed, 0))}.finding()
		entry, err := ocsfEvent(f)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, wrong := range conforms(t, []byte(*entry.Detail)) {
			t.Errorf("seed %d: %s", seed, wrong)
		}
		text, err := json.Marshal(asffOf(f, "us-east-1"))
		if err != nil || len(text) > 240<<10 {
			t.Errorf("seed %d: %d bytes, %v", seed, len(text), err)
		}
		for _, document := range [][]byte{text, []byte(*entry.Detail)} {
			eachText(t, document, func(s string) {
				if strings.ContainsFunc(s, func(r rune) bool {
					return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar
				}) {
					t.Errorf("seed %d: %q", seed, s)
				}
			})
		}
	}
}

// eachText gives every text and name in JSON.
func eachText(t *testing.T, document []byte, see func(string)) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(document))
	for d.More() {
		token, err := d.Token()
		if err != nil {
			t.Fatal(fmt.Errorf("%w: %s", err, document))
		}
		if s, ok := token.(string); ok {
			see(s)
		}
	}
}
