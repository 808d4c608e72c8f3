package finding

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// example is a complete finding: every field has a value that a real one could have.
func example() Finding {
	return Finding{
		SchemaVersion: SchemaVersion,
		ID:            ID("7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11", "arn:aws:iam::123456789012:role/dev/service-app", Replaced),
		Time:          time.Date(2026, 9, 3, 3, 12, 9, 0, time.UTC),
		Account:       "123456789012",
		Partition:     "aws",
		Principal:     &Principal{ARN: "arn:aws:iam::123456789012:role/dev/service-app", Kind: "role", ID: "AROAEXAMPLEEXAMPLE123"},
		Rule:          "team-roles",
		Drift:         Replaced,
		Severity:      Critical,
		Required:      "arn:aws:iam::123456789012:policy/team-boundary",
		Attached:      "arn:aws:iam::aws:policy/AdministratorAccess",
		Relation:      "wider",
		Escape:        true,
		Witness: &Witness{
			Action: "iam:CreateUser", Resource: "*",
			Context: map[string][]string{"aws:RequestedRegion": {"us-east-1"}},
		},
		Services: Strings{"iam", "sts"},
		Exposure: &Exposure{
			From: time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC), To: time.Date(2026, 9, 3, 3, 12, 9, 0, time.UTC), Seconds: 4,
		},
		Affects: Strings{}, Diff: Strings{},
		Mode:    "enforce",
		Action:  Reattach,
		Outcome: Done,
		Reason:  "it carries arn:aws:iam::aws:policy/AdministratorAccess instead of the required boundary, which allows more",
		Undo:    "aws iam put-role-permissions-boundary --role-name service-app --permissions-boundary arn:aws:iam::aws:policy/AdministratorAccess",
		Actor: Actor{
			ARN: "arn:aws:sts::123456789012:assumed-role/developer/alice@example.com", Type: "AssumedRole",
			SourceIP: "203.0.113.7", UserAgent: "aws-cli/2.31.0",
		},
		Event: Event{
			ID: "7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11", Name: "PutRolePermissionsBoundary",
			Time: time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC), Region: "us-east-1",
		},
	}
}

func schema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("finding.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("finding.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate encodes f as a subscriber gets it, and holds that against the schema.
func validate(t testing.TB, s *jsonschema.Schema, f Finding) error {
	t.Helper()
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

func TestFindingsMatchTheSchema(t *testing.T) {
	s := schema(t)
	change := func(f func(*Finding)) Finding {
		e := example()
		f(&e)
		return e
	}
	for name, f := range map[string]Finding{
		"complete":       example(),
		"about a policy": change(func(f *Finding) { f.Principal, f.Drift, f.Action = nil, Widened, Restore }),
		"no boundary":    change(func(f *Finding) { f.Drift, f.Attached, f.Relation, f.Witness = Missing, "", "", nil }),
		"gives something up": change(func(f *Finding) {
			f.GivesUp, f.Relation = &Witness{Action: "s3:GetObject", Resource: "*"}, "incomparable"
		}),
		"key without values":  change(func(f *Finding) { f.Witness.Context = map[string][]string{"aws:SourceIp": nil} }),
		"nothing but drift":   change(func(f *Finding) { f.Drift, f.Action, f.Outcome, f.Undo = None, NoAction, NoOutcome, "" }),
		"from the sweep":      change(func(f *Finding) { f.Event, f.Actor = Event{}, Actor{} }),
		"path with a percent": change(func(f *Finding) { f.Principal.ARN = "arn:aws-cn:iam::123456789012:user/a%b/c" }),
	} {
		if err := validate(t, s, f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesWhatIsNoFinding(t *testing.T) {
	s := schema(t)
	for name, change := range map[string]func(*Finding){
		"no id":             func(f *Finding) { f.ID = "" },
		"unknown drift":     func(f *Finding) { f.Drift = "vanished" },
		"unknown severity":  func(f *Finding) { f.Severity = "terrible" },
		"unknown relation":  func(f *Finding) { f.Relation = "bigger" },
		"unknown action":    func(f *Finding) { f.Action = "delete" },
		"another version":   func(f *Finding) { f.SchemaVersion = "0.9" },
		"account too short": func(f *Finding) { f.Account = "1234" },
		"principal a group": func(f *Finding) { f.Principal.Kind = "group" },
		"ARN of a session":  func(f *Finding) { f.Principal.ARN = "arn:aws:sts::123456789012:assumed-role/a/b" },
	} {
		f := example()
		change(&f)
		if err := validate(t, s, f); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	var fields map[string]any
	text, _ := json.Marshal(example())
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for name := range fields {
		less := map[string]any{}
		for k, v := range fields {
			if k != name {
				less[k] = v
			}
		}
		if s.Validate(less) == nil {
			t.Errorf("a finding without %s passes", name)
		}
	}
	fields["surprise"] = true
	if s.Validate(fields) == nil {
		t.Error("a field that the schema does not know passes")
	}
}

// TestSchemaNamesEveryField holds the two lists of fields together, so that a new one
// cannot be forgotten in the schema.
func TestSchemaNamesEveryField(t *testing.T) {
	var doc struct {
		Properties map[string]json.RawMessage
		Required   []string
		Defs       map[string]struct {
			Properties map[string]json.RawMessage
			Required   []string
		} `json:"$defs"`
	}
	if err := json.Unmarshal([]byte(Schema), &doc); err != nil {
		t.Fatal(err)
	}
	same := func(name string, of reflect.Type, properties map[string]json.RawMessage, required []string) {
		var fields []string
		for i := range of.NumField() {
			fields = append(fields, of.Field(i).Tag.Get("json"))
		}
		if diff := cmp.Diff(fields, required); diff != "" {
			t.Errorf("%s: required fields, in the order of the struct (-struct +schema):\n%s", name, diff)
		}
		var known []string
		for k := range properties {
			known = append(known, k)
		}
		slices.Sort(known)
		slices.Sort(fields)
		if diff := cmp.Diff(fields, known); diff != "" {
			t.Errorf("%s: properties (-struct +schema):\n%s", name, diff)
		}
	}
	same("finding", reflect.TypeFor[Finding](), doc.Properties, doc.Required)
	for name, of := range map[string]reflect.Type{
		"principal": reflect.TypeFor[Principal](),
		"request":   reflect.TypeFor[Witness](),
		"actor":     reflect.TypeFor[Actor](),
		"event":     reflect.TypeFor[Event](),
	} {
		same(name, of, doc.Defs[name].Properties, doc.Defs[name].Required)
	}
	if !strings.Contains(Schema, `"const": "`+SchemaVersion+`"`) || !strings.Contains(Schema, "/finding-"+SchemaVersion+".json") {
		t.Errorf("the schema is not of version %s", SchemaVersion)
	}
}

func TestGoldenExample(t *testing.T) {
	got, err := json.MarshalIndent(example(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	golden := filepath.Join("testdata", "finding.json")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-%s +got):\n%s", golden, diff)
	}
}

func TestFindingSurvivesARoundTrip(t *testing.T) {
	text, err := json.Marshal(example())
	if err != nil {
		t.Fatal(err)
	}
	var back Finding
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example(), back); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestIDTellsFindingsApart(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{
		ID("e", "arn", Missing), ID("e2", "arn", Missing), ID("e", "arn2", Missing),
		ID("e", "arn", Replaced), ID("ea", "rn", Missing), ID("", "earn", Missing),
	} {
		if seen[id] || len(id) != 32 {
			t.Errorf("id %s", id)
		}
		seen[id] = true
	}
	if got := ID("e", "arn", Missing); !seen[got] {
		t.Errorf("a duplicate has another id: %s", got)
	}
}
