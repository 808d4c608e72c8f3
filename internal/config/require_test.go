package config

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/principal"
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func snapshot(t testing.TB, arn string, tags map[string]string) principal.Snapshot {
	t.Helper()
	ref, err := principal.Parse(arn)
	if err != nil {
		t.Fatal(err)
	}
	return principal.Snapshot{Ref: ref, Tags: tags}
}

type tag = map[string]string

func TestFirstMatchDecides(t *testing.T) {
	f := load(t, "everything.yaml")
	for _, c := range []struct {
		arn  string
		tags map[string]string
		want string
	}{
		{"arn:aws:iam::123456789012:role/ci-build", tag{"stage": "prod", "owner": ""}, "ci"},
		{"arn:aws:iam::123456789012:role/ci-build", tag{"stage": "preview", "owner": ""}, "ci"},
		{"arn:aws:iam::123456789012:role/x/deploy-1", tag{"stage": "prod", "owner": ""}, "ci"},
		{"arn:aws:iam::123456789012:role/ci-build", tag{"Stage": "prod", "OWNER": ""}, "ci"},
		{"arn:aws:iam::123456789012:role/x/ci-build", tag{"stage": "test", "owner": ""}, "the-rest"},
		{"arn:aws:iam::123456789012:role/x/ci-build", tag{"stage": "prod", "owner": "a"}, "the-rest"},
		{"arn:aws:iam::123456789012:role/x/ci-build", tag{"stage": "prod"}, "the-rest"},
		{"arn:aws:iam::123456789012:role/x/deploy-12", tag{"stage": "prod", "owner": ""}, "the-rest"},
		{"arn:aws:iam::123456789012:user/x/ci-build", tag{"stage": "prod", "owner": ""}, "gentle"},
		{"arn:aws:iam::123456789012:user/audit/jane", nil, "auditors"},
		{"arn:aws:iam::123456789012:role/jane", nil, "auditors"},
		{"arn:aws:iam::012345678901:role/jane", nil, "auditors"},
		{"arn:aws:iam::210987654321:role/jane", nil, "the-rest"},
		{"arn:aws:iam::123456789012:role/audit/deep/x1", nil, "hard"},
		{"arn:aws:iam::123456789012:role/Audit/jane", nil, "the-rest"},
	} {
		if got := f.Requirement(snapshot(t, c.arn, c.tags), now).Rule; got != c.want {
			t.Errorf("%s %v: rule %q, want %q", c.arn, c.tags, got, c.want)
		}
	}
}

func TestRequirementHasAllOfItsRule(t *testing.T) {
	f := load(t, "everything.yaml")
	got := f.Requirement(snapshot(t, "arn:aws-cn:iam::123456789012:role/ci-1", tag{"stage": "prod", "owner": ""}), now)
	if got.Boundary.Policy == nil || !strings.Contains(string(got.Boundary.Document), "NoIAM") {
		t.Errorf("the approved document is missing: %+v", got.Boundary)
	}
	got.Boundary.Policy, got.Boundary.Document = nil, nil
	want := Requirement{
		Rule: "ci", Mode: Enforce, Accept: AcceptExact, OnDrift: Quarantine, OnIncomparable: Quarantine,
		Boundary: Boundary{
			Name: "named-after-account", Mode: Enforce,
			ARN: "arn:aws-cn:iam::123456789012:policy/boundary-123456789012",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDefaults(t *testing.T) {
	f := load(t, "everything.yaml")
	r, _ := f.Rule("the-rest")
	if r.Mode != Alert || r.Accept != AcceptNarrower || r.OnDrift != Reattach || r.OnIncomparable != Reattach {
		t.Errorf("defaults: %+v", r)
	}
	if r, _ := f.Rule("auditors"); r.OnIncomparable != OnlyAlert {
		t.Errorf("a rule that only alerts reacts to an incomparable boundary with %q", r.OnIncomparable)
	}
	if r, ok := f.Rule("none"); ok {
		t.Errorf("rule %+v of a name that no rule has", r)
	}
}

func TestNoRuleRequiresNothing(t *testing.T) {
	f := load(t, "design.yaml")
	for _, arn := range []string{
		"arn:aws:iam::123456789012:role/dev/app", "arn:aws:iam::123456789012:role/break-glass",
	} {
		if got := f.Requirement(snapshot(t, arn, tag{"team": "x"}), now); !reflect.DeepEqual(got, Requirement{}) {
			t.Errorf("%s: %+v, want nothing", arn, got)
		}
	}
}

// Ensure that the path "/dev/*" matches the path and everything below it.
func TestPathGlobs(t *testing.T) {
	f := load(t, "design.yaml")
	for path, want := range map[string]bool{
		"/dev/": true, "/dev/team/": true, "/dev/team/deep/": true, "/": false, "/devs/": false, "/x/dev/": false, "/Dev/": false,
	} {
		s := principal.Snapshot{Tags: tag{"team": ""}, Ref: principal.Ref{
			Partition: "aws", Account: "123456789012", Kind: principal.Role, Path: path, Name: "service-a",
		}}
		if got := f.Requirement(s, now).Rule != ""; got != want {
			t.Errorf("path %s: matches = %v, want %v", path, got, want)
		}
	}
}

func TestExemptions(t *testing.T) {
	f := load(t, "everything.yaml")
	last := time.Date(2027, 1, 30, 23, 59, 59, 999, time.UTC)
	first := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		arn            string
		at             time.Time
		exempt, lapsed bool
	}{
		{"arn:aws:iam::123456789012:role/ops/break-glass", last, true, false},
		{"arn:aws:iam::123456789012:role/ops/break-glass", first, false, true},
		{"arn:aws:iam::123456789012:role/ops/break-glass", last.In(time.FixedZone("east", 10*3600)), true, false},
		{"arn:aws-cn:iam::210987654321:role/ops/break-glass", last, true, false},
		{"arn:aws:iam::123456789012:role/break-glass", last, false, false},
		{"arn:aws:iam::123456789012:user/ops/break-glass", last, false, false},
		{"arn:aws:iam::123456789012:role/ops/break-glass2", last, false, false},
		{"arn:aws-cn:iam::210987654321:user/legacy", now, true, false},
		{"arn:aws:iam::210987654321:user/legacy", now, false, false},
		{"arn:aws-cn:iam::210987654320:user/legacy", now, false, false},
	} {
		got := f.Requirement(snapshot(t, c.arn, nil), c.at)
		if (got.Exempt != nil) != c.exempt || (got.Lapsed != nil) != c.lapsed {
			t.Errorf("%s at %v: exempt %v, lapsed %v", c.arn, c.at, got.Exempt, got.Lapsed)
		}
		if got.Rule == "" {
			t.Errorf("%s: no rule", c.arn)
		}
	}
	if e := f.Exemptions(); len(e) != 2 || e[0].Owner != "security@example.com" || !e[0].Expires.Equal(first) {
		t.Errorf("exemptions: %+v", e)
	}
}

// Ensure that one exemption in effect is enough, even if another for the same principal has lapsed.
func TestTheLaterExemptionHolds(t *testing.T) {
	data := `version: 1
mode: alert
boundaries: {b: {arn: "arn:${partition}:iam::${account}:policy/b"}}
rules: [{name: all, match: {names: ["*"]}, boundary: b}]
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/x", owner: a, reason: r, expires: 2026-01-01}
  - {principal: "arn:${partition}:iam::${account}:role/x", owner: b, reason: r, expires: 2027-01-01}
`
	f, err := Load("f", []byte(data), openTestdata)
	if err != nil {
		t.Fatal(err)
	}
	s := snapshot(t, "arn:aws:iam::123456789012:role/x", nil)
	if r := f.Requirement(s, now); r.Exempt == nil || r.Exempt.Owner != "b" || r.Lapsed != nil {
		t.Errorf("now: %+v", r)
	}
	if r := f.Requirement(s, now.AddDate(1, 0, 0)); r.Exempt != nil || r.Lapsed == nil || r.Lapsed.Owner != "b" {
		t.Errorf("in a year: %+v", r)
	}
}

func TestBoundaryFor(t *testing.T) {
	f := load(t, "everything.yaml")
	for arn, want := range map[string]string{
		"arn:aws:iam::123456789012:policy/limits/team-boundary":        "team",
		"arn:aws-us-gov:iam::210987654321:policy/limits/team-boundary": "team",
		"arn:aws:iam::210987654321:policy/boundary-210987654321":       "named-after-account",
		"arn:aws:iam::210987654321:policy/boundary-123456789012":       "",
		"arn:aws:iam::123456789012:policy/team-boundary":               "",
		"arn:aws:iam::aws:policy/ReadOnlyAccess":                       "read-only",
		"arn:aws:iam::123456789012:policy/ReadOnlyAccess":              "",
		"arn:aws:iam::aws:policy/limits/team-boundary":                 "",
		"arn:aws:iam::123456789012:role/limits/team-boundary":          "",
		"nonsense": "",
	} {
		b, ok := f.BoundaryFor(arn)
		if b.Name != want || ok != (want != "") || ok && b.ARN != arn {
			t.Errorf("BoundaryFor(%q) = %+v, %v; want %q", arn, b, ok, want)
		}
	}
}

// Ensure that a policy with the same name in an account without a matching rule is not guarded.
func TestBoundariesOnlyWhereARuleReaches(t *testing.T) {
	data := `version: 1
mode: observe
boundaries:
  one: {arn: "arn:${partition}:iam::${account}:policy/one", document: boundaries/team-boundary.json}
  two: {arn: "arn:${partition}:iam::${account}:policy/two"}
  spare: {arn: "arn:${partition}:iam::${account}:policy/spare"}
rules:
  - {name: a, match: {accounts: ["111122223333"]}, boundary: one, mode: enforce}
  - {name: b, match: {accounts: ["1111*", "4444*"]}, boundary: one, mode: alert}
  - {name: c, match: {kinds: [role]}, boundary: two}
`
	f, err := Load("f", []byte(data), openTestdata)
	if err != nil {
		t.Fatal(err)
	}
	for account, want := range map[string]string{
		"111122223333": "one enforce two observe", "444455556666": "one alert two observe", "999900001111": "two observe",
	} {
		var got []string
		for _, b := range f.Boundaries("aws", account) {
			got = append(got, b.Name, string(b.Mode))
			if again, ok := f.BoundaryFor(b.ARN); !ok || again.Name != b.Name || again.Mode != b.Mode {
				t.Errorf("BoundaryFor(%q) = %+v, %v", b.ARN, again, ok)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("account %s: %v, want %s", account, got, want)
		}
	}
	if b, ok := f.BoundaryFor("arn:aws:iam::999900001111:policy/one"); ok {
		t.Errorf("a namesake counts as boundary %+v", b)
	}
}

func TestAttachable(t *testing.T) {
	want := []string{
		"arn:aws:iam::123456789012:policy/limits/team-boundary", "arn:aws:iam::123456789012:policy/boundary-123456789012",
		"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::aws:policy/AWSDenyAll",
	}
	if got := load(t, "everything.yaml").Attachable("aws", "123456789012"); !slices.Equal(got, want) {
		t.Errorf("everything.yaml: %v", got)
	}
	if got := load(t, "design.yaml").Attachable("aws-cn", "123456789012"); !slices.Equal(got, []string{"arn:aws-cn:iam::123456789012:policy/team-boundary"}) {
		t.Errorf("design.yaml: %v", got)
	}
}

// Ensure that a document that IAM would refuse is refused, with all its faults.
func TestDocumentsAreThoseThatIAMTakes(t *testing.T) {
	const config = `version: 1
mode: alert
boundaries: {b: {arn: "ARN", document: d.json}}
rules: [{name: all, match: {names: ["*"]}, boundary: b}]
`
	statement := `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + strings.Repeat("a", 60) + `"}`
	large := `{"Version":"2012-10-17","Statement":[` + strings.Repeat(statement+",", 60) + statement + `]}`
	for _, c := range []struct {
		arn, doc string
		problems int
	}{
		{"arn:${partition}:iam::${account}:policy/b", `{"Version":"2012-10-17","Statement":` + statement + `}`, 0},
		{"arn:${partition}:iam::${account}:policy/b", large, 1},
		{"arn:${partition}:iam::aws:policy/b", large, 0},
		{"arn:${partition}:iam::${account}:policy/b", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3","Resource":"x"}}`, 3},
		{"arn:${partition}:iam::${account}:policy/b", `not JSON`, 1},
	} {
		docs := fstest.MapFS{"d.json": {Data: []byte(c.doc)}}
		_, err := Load("f", []byte(strings.Replace(config, "ARN", c.arn, 1)), docs.ReadFile)
		var problems Problems
		if errors.As(err, &problems); len(problems) != c.problems {
			t.Errorf("%s, %.80s: %d problems, want %d: %v", c.arn, c.doc, len(problems), c.problems, err)
		}
		for _, f := range problems {
			if f.Line != 3 || !strings.HasPrefix(f.Message, "d.json: ") {
				t.Errorf("problem %v", f)
			}
		}
	}
}

func TestSingle(t *testing.T) {
	doc := []byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)
	for arn, want := range map[string]string{
		"arn:aws:iam::218007301253:policy/team-boundary":          "arn:aws-cn:iam::123456789012:policy/team-boundary",
		"arn:${partition}:iam::${account}:policy/x/team-boundary": "arn:aws-cn:iam::123456789012:policy/x/team-boundary",
		"arn:aws:iam::aws:policy/PowerUserAccess":                 "arn:aws-cn:iam::aws:policy/PowerUserAccess",
	} {
		f, err := Single(arn, doc, Alert)
		if err != nil {
			t.Fatal(err)
		}
		for _, who := range []string{"user/u", "role/a/b/r", "role/aws-service-role/x.amazonaws.com/y"} {
			got := f.Requirement(snapshot(t, "arn:aws-cn:iam::123456789012:"+who, nil), now)
			if got.Rule != SingleRule || got.Mode != Alert || got.Accept != AcceptNarrower || got.OnDrift != Reattach ||
				got.OnIncomparable != Reattach || got.Boundary.ARN != want || got.Boundary.Policy == nil {
				t.Errorf("%s, %s: %+v", arn, who, got)
			}
		}
		if b, ok := f.BoundaryFor(want); !ok || b.ARN != want || !strings.HasSuffix(want, b.Name) {
			t.Errorf("BoundaryFor(%s) = %+v, %v", want, b, ok)
		}
	}
	if f, err := Single("arn:aws:iam::218007301253:policy/b", nil, Enforce); err != nil || f.Boundaries("aws", "1")[0].Policy != nil {
		t.Errorf("without a document: %v", err)
	}
}

func TestSingleRefuses(t *testing.T) {
	const ok = "arn:aws:iam::218007301253:policy/b"
	for _, c := range []struct {
		arn, doc string
		mode     Mode
	}{
		{"", "", Alert},
		{"arn:aws:iam::218007301253:role/b", "", Alert},
		{ok, "", ""},
		{ok, "", "Enforce"},
		{ok, "{", Alert},
	} {
		var doc []byte
		if c.doc != "" {
			doc = []byte(c.doc)
		}
		if _, err := Single(c.arn, doc, c.mode); err == nil {
			t.Errorf("Single(%q, %q, %q) gives no error", c.arn, c.doc, c.mode)
		}
	}
}

func TestLimit(t *testing.T) {
	f := load(t, "everything.yaml") // ci: enforce, auditors: observe, the others: alert
	for mode, want := range map[Mode]string{
		Enforce: "enforce observe alert alert alert",
		Alert:   "alert observe alert alert alert",
		Observe: "observe observe observe observe observe",
	} {
		var got []string
		for _, r := range f.Limit(mode).Rules() {
			got = append(got, string(r.Mode))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("Limit(%s): %v, want %s", mode, got, want)
		}
	}
	if r, _ := f.Rule("ci"); r.Mode != Enforce {
		t.Error("Limit changed the configuration that it was asked of")
	}
}

func BenchmarkRequire(b *testing.B) {
	f := load(b, "everything.yaml")
	s := snapshot(b, "arn:aws:iam::210987654321:role/dev/team/app", tag{"team": "a", "stage": "prod"})
	b.ReportAllocs()
	for b.Loop() {
		if f.Requirement(s, now).Rule != "the-rest" {
			b.Fatal("another rule")
		}
	}
}
