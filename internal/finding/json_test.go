package finding

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// example is a complete finding: every field has a value that a real one could have.
func example() Finding {
	alice := Call{
		Actor: Actor{
			ARN: "arn:aws:sts::123456789012:assumed-role/developer/alice@example.com", Name: "AROAEXAMPLEEXAMPLE456", Type: "AssumedRole",
			SourceIP: "203.0.113.7", UserAgent: "aws-cli/2.31.0",
			AccessKeyID: "ASIAEXAMPLEEXAMPLE12", SessionIssuer: "arn:aws:iam::123456789012:role/developer", MFA: "false",
		},
		Event: Event{
			ID: "7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11", Name: "PutRolePermissionsBoundary",
			Time: time.Date(2026, 9, 3, 3, 12, 5, 0, time.UTC), Region: "us-east-1",
		},
	}
	return Finding{
		SchemaVersion: SchemaVersion,
		ID:            ID("principal#123456789012#AROAEXAMPLEEXAMPLE123", Replaced, "2026-09-03T03:12:08Z#1"),
		Revision:      1,
		Status:        Resolved,
		Resolution:    Repaired,
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
		Denials:       "incomparable",
		Escape:        true,
		Witness: &Witness{
			Action: "iam:CreateUser", Resource: "*",
			Context: map[string][]string{"aws:RequestedRegion": {"us-east-1"}},
		},
		Services: Strings{"iam", "sts"},
		Exposure: Exposure{From: &alice.Event.Time, To: at(4), Seconds: ptr(4.0)},
		Affects:  Strings{}, Diff: Strings{},
		Mode:        "enforce",
		Action:      Reattach,
		Outcome:     Done,
		Reason:      "it carries arn:aws:iam::aws:policy/AdministratorAccess instead of the required boundary, which allows more",
		Undo:        "aws iam put-role-permissions-boundary --role-name service-app --permissions-boundary arn:aws:iam::aws:policy/AdministratorAccess",
		AccountName: "shop-production", Owner: "team@example.com", AccountUnit: "Workloads/Production",
		Title:    "role dev/service-app in account shop-production (123456789012) escaped its boundary",
		Attack:   Techniques{{ID: "T1098", Name: "Account Manipulation", URL: "https://attack.mitre.org/techniques/T1098/"}},
		Links:    Links{Runbook: "https://example.com/runbook"},
		OpenedBy: &alice,
		Cause:    "event",
		Actor:    alice.Actor,
		Event:    alice.Event,
		Evidence: Calls{alice},
		Attempts: Attempts{{Action: Reattach, Begun: *at(3), Ended: at(4), Outcome: Done}},
	}
}

// at is some seconds after the event of the example.
func at(seconds int) *time.Time {
	return ptr(time.Date(2026, 9, 3, 3, 12, 5+seconds, 0, time.UTC))
}

func ptr[T any](v T) *T { return &v }

func schema(t testing.TB) *jsonschema.Schema { return compiled(t, "finding-"+SchemaVersion) }

// compiled returns a schema by the end of its $id.
func compiled(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	const base = "https://github.com/ringfence/ringfence/schemas/"
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for id, text := range map[string]string{"finding-": Schema, "digest-": DigestSchema} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(base+id+SchemaVersion+".json", document); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile(base + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate encodes f as for a subscriber and checks it with the schema.
func validate(t testing.TB, s *jsonschema.Schema, f any) error {
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
		"denies less": change(func(f *Finding) {
			f.Undenied, f.Relation, f.Escape, f.Witness = &Witness{Action: "s3:GetObject", Resource: "*"}, "equal", false, nil
		}),
		"key without values": change(func(f *Finding) { f.Witness.Context = map[string][]string{"aws:SourceIp": nil} }),
		"nothing but drift":  change(func(f *Finding) { f.Drift, f.Action, f.Outcome, f.Undo = None, NoAction, NoOutcome, "" }),
		"without a record": change(func(f *Finding) {
			f.Cause, f.Event, f.Actor, f.OpenedBy, f.Evidence = "second-look", Event{}, Actor{}, nil, nil
			f.Exposure.From, f.Exposure.Seconds = nil, nil
		}),
		"still open": change(func(f *Finding) {
			f.Status, f.Outcome, f.Undo, f.Exposure.To, f.Exposure.Seconds = Open, Failed, "", nil, nil
			f.Attempts = Attempts{
				{Action: Reattach, Begun: *at(3), Outcome: Unconfirmed},
				{Action: Reattach, Begun: *at(9), Ended: at(10), Outcome: Failed, Error: "AccessDenied"},
			}
		}),
		"nothing is known":    change(func(f *Finding) { f.Status, f.Exposure, f.Outcome, f.Attempts = Open, Exposure{}, Deferred, nil }),
		"path with a percent": change(func(f *Finding) { f.Principal.ARN = "arn:aws-cn:iam::123456789012:user/a%b/c" }),
	} {
		if err := validate(t, s, f); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefusesInvalidFindings(t *testing.T) {
	s := schema(t)
	for name, change := range map[string]func(*Finding){
		"no id":             func(f *Finding) { f.ID = "" },
		"unknown drift":     func(f *Finding) { f.Drift = "vanished" },
		"unknown severity":  func(f *Finding) { f.Severity = "terrible" },
		"unknown relation":  func(f *Finding) { f.Relation = "bigger" },
		"unknown action":    func(f *Finding) { f.Action = "delete" },
		"another version":   func(f *Finding) { f.SchemaVersion = "0.9" },
		"unknown status":    func(f *Finding) { f.Status = "over" },
		"unknown outcome":   func(f *Finding) { f.Outcome = "perhaps" },
		"unknown cause":     func(f *Finding) { f.Cause = "boredom" },
		"no revision":       func(f *Finding) { f.Revision = 0 },
		"negative exposure": func(f *Finding) { f.Exposure.Seconds = ptr(-1.0) },
		"planned attempt":   func(f *Finding) { f.Attempts = Attempts{{Action: Reattach, Outcome: Planned}} },
		"attempt to alert":  func(f *Finding) { f.Attempts = Attempts{{Action: Alert, Outcome: Done}} },
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

// object is the part of a schema that describes an object.
type object struct {
	Properties map[string]struct {
		Enum  []string
		Const any
	}
	Required []string
	Defs     map[string]object `json:"$defs"`
}

// TestSchemaNamesEveryField compares the fields of the structs with those of the schema,
// so that a new one cannot be forgotten there.
func TestSchemaNamesEveryField(t *testing.T) {
	same := func(name string, of reflect.Type, o object) {
		t.Helper()
		var fields []string
		for i := range of.NumField() {
			fields = append(fields, of.Field(i).Tag.Get("json"))
		}
		if diff := cmp.Diff(fields, o.Required); diff != "" {
			t.Errorf("%s: required fields, in the order of the struct (-struct +schema):\n%s", name, diff)
		}
		slices.Sort(fields)
		if diff := cmp.Diff(fields, slices.Sorted(maps.Keys(o.Properties))); diff != "" {
			t.Errorf("%s: properties (-struct +schema):\n%s", name, diff)
		}
	}
	doc, digest := parsed(t, Schema), parsed(t, DigestSchema)
	same("finding", reflect.TypeFor[Finding](), doc)
	same("digest", reflect.TypeFor[Digest](), digest)
	defs := map[string]reflect.Type{
		"technique": reflect.TypeFor[Technique](),
		"links":     reflect.TypeFor[Links](),
		"principal": reflect.TypeFor[Principal](),
		"request":   reflect.TypeFor[Witness](),
		"call":      reflect.TypeFor[Call](),
		"actor":     reflect.TypeFor[Actor](),
		"event":     reflect.TypeFor[Event](),
		"exposure":  reflect.TypeFor[Exposure](),
		"contested": reflect.TypeFor[Contested](),
		"attempt":   reflect.TypeFor[Attempt](),
	}
	for name, of := range defs {
		same(name, of, doc.Defs[name])
	}
	if len(doc.Defs) != len(defs) {
		t.Errorf("the schema defines %d objects, of which %d are compared", len(doc.Defs), len(defs))
	}
	for name, text := range map[string]string{"finding": Schema, "digest": DigestSchema} {
		if !strings.Contains(text, `"const": "`+SchemaVersion+`"`) || !strings.Contains(text, "/schemas/"+name+"-"+SchemaVersion+".json") {
			t.Errorf("the schema of a %s is not of version %s", name, SchemaVersion)
		}
	}
}

func parsed(t testing.TB, schema string) object {
	t.Helper()
	var o object
	if err := json.Unmarshal([]byte(schema), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestSchemaNamesEveryValue compares the constants of finding.go with the schema.
func TestSchemaNamesEveryValue(t *testing.T) {
	values := constants(t)
	doc, digest := parsed(t, Schema), parsed(t, DigestSchema)
	for _, test := range []struct {
		of     string
		schema []string
	}{
		{"Status", doc.Properties["status"].Enum},
		{"Resolution", doc.Properties["resolution"].Enum},
		{"Drift", doc.Properties["drift"].Enum},
		{"Severity", doc.Properties["severity"].Enum},
		{"Action", doc.Properties["action"].Enum},
		{"Outcome", doc.Properties["outcome"].Enum},
		{"Status", digest.Properties["status"].Enum},
		{"Severity", digest.Properties["severity"].Enum},
	} {
		if len(values[test.of]) < 2 {
			t.Errorf("only %q of type %s was found", values[test.of], test.of)
		}
		if diff := cmp.Diff(values[test.of], slices.Sorted(slices.Values(test.schema))); diff != "" {
			t.Errorf("%s (-constants +schema):\n%s", test.of, diff)
		}
	}
	var writes []string
	for _, a := range values["Action"] {
		if Action(a).Writes() {
			writes = append(writes, a)
		}
	}
	if diff := cmp.Diff(writes, slices.Sorted(slices.Values(doc.Defs["attempt"].Properties["action"].Enum))); diff != "" {
		t.Errorf("actions of an attempt (-those that write +schema):\n%s", diff)
	}
}

// constants returns the values of the typed string constants in finding.go, by type, sorted.
func constants(t testing.TB) map[string][]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "finding.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if of, ok := spec.Type.(*ast.Ident); ok {
			for _, v := range spec.Values {
				value, err := strconv.Unquote(v.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				values[of.Name] = append(values[of.Name], value)
			}
		}
		return true
	})
	for _, v := range values {
		slices.Sort(v)
	}
	return values
}

func TestDigestsMatchTheirSchema(t *testing.T) {
	s := compiled(t, "digest-"+SchemaVersion)
	digest := Digest{
		SchemaVersion: SchemaVersion, Digest: true, Account: "123456789012", Status: Resolved,
		Count: 3, Severity: Critical, Omitted: 1, Findings: Findings{example(), example()},
	}
	if err := validate(t, s, digest); err != nil {
		t.Error(err)
	}
	none := digest
	none.Findings, none.Omitted = nil, 3
	if err := validate(t, s, none); err != nil {
		t.Errorf("without findings: %v", err)
	}
	bad := digest
	bad.Findings = Findings{{}}
	if validate(t, s, bad) == nil {
		t.Error("a digest of something else passes")
	}
	if validate(t, s, example()) == nil || validate(t, schema(t), digest) == nil {
		t.Error("a digest and a finding cannot be told apart")
	}
}

// Ensure that an empty list is encoded as [], so that readers need not handle null.
func TestNoListIsNull(t *testing.T) {
	text, err := json.Marshal(Finding{Contested: &Contested{}})
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"services", "affects", "diff", "evidence", "attempts"} {
		if _, ok := fields[name].([]any); !ok {
			t.Errorf("%s is %v", name, fields[name])
		}
	}
}

func TestEventWithoutARecordHasNoTime(t *testing.T) {
	text, err := json.Marshal(Event{})
	if want := `{"id":"","name":"","time":null,"region":""}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	back := Event{}
	if err := json.Unmarshal(text, &back); err != nil || back != (Event{}) {
		t.Errorf("read %+v, %v", back, err)
	}
	text, err = json.Marshal(example().Event)
	if want := `{"id":"7a1f0f4b-1d0c-4b8e-9c57-2f3f6f1f2b11","name":"PutRolePermissionsBoundary","time":"2026-09-03T03:12:05Z","region":"us-east-1"}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
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
		ID("target", Missing, "1"), ID("target", Missing, "2"), ID("target2", Missing, "1"),
		ID("target", Replaced, "1"), ID("targetm", "issing", "1"), ID("target", "missing1", ""),
	} {
		if seen[id] || len(id) != 32 {
			t.Errorf("id %s", id)
		}
		seen[id] = true
	}
	if got := ID("target", Missing, "1"); !seen[got] {
		t.Errorf("the same finding has another id: %s", got)
	}
}
