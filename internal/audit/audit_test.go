package audit_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/authdetails/accounttest"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
)

const (
	id         = "123456789012"
	configYAML = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:${partition}:iam::${account}:policy/team", document: team.json}
  wide: {arn: "arn:${partition}:iam::${account}:policy/wide", document: team.json}
rules:
  - {name: platform, match: {paths: ["/platform/*"]}, boundary: none, reason: r, owner: o}
  - {name: wides, match: {paths: ["/wide/*"]}, boundary: wide, mode: alert}
  - {name: everyone, match: {paths: ["/dev/*"]}, boundary: team}
exemptions:
  - {principal: "arn:aws:iam::123456789012:role/dev/exempt", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:role/dev/lapsed", owner: o, reason: r, expires: 2026-01-31}
  - {principal: "arn:aws:iam::123456789012:role/dev/nobody", owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::123456789012:role/dev/soon", owner: o, reason: r, expires: 2026-11-10}
  - {principal: "arn:aws:iam::123456789012:role/dev/inside", id: AROAOTHEROTHEROTHERX, owner: o, reason: r, expires: 2027-01-31}
  - {principal: "arn:aws:iam::999999999999:role/dev/elsewhere", owner: o, reason: r, expires: 2027-01-31}
`
	team = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "sts:AssumeRole"], "Resource": "*"}]}`
)

var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// state is an account as the AWS CLI prints it.
type state struct {
	roles, policies []map[string]any
}

func (s *state) role(path, name, boundary string, attached ...string) *state {
	r := map[string]any{
		"RoleName": name, "Path": path, "RoleId": "AROA" + strings.ToUpper(name), "Arn": "arn:aws:iam::" + id + ":role" + path + name,
		"AssumeRolePolicyDocument": json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "` + id + `"}, "Action": "sts:AssumeRole"}]}`),
	}
	if boundary != "" {
		r["PermissionsBoundary"] = map[string]any{"PermissionsBoundaryArn": policyARN(boundary)}
	}
	var list []map[string]any
	for _, name := range attached {
		list = append(list, map[string]any{"PolicyName": name, "PolicyArn": policyARN(name)})
	}
	r["AttachedManagedPolicies"] = list
	s.roles = append(s.roles, r)
	return s
}

func policyARN(name string) string { return "arn:aws:iam::" + id + ":policy/" + name }

func (s *state) policy(name, document string) *state {
	s.policies = append(s.policies, map[string]any{
		"PolicyName": name, "Arn": policyARN(name), "DefaultVersionId": "v1",
		"PolicyVersionList": []map[string]any{{"VersionId": "v1", "IsDefaultVersion": true, "Document": json.RawMessage(document)}},
	})
	return s
}

func (s *state) input(t testing.TB) audit.Input {
	t.Helper()
	data, err := json.Marshal(map[string]any{"RoleDetailList": s.roles, "Policies": s.policies})
	if err != nil {
		t.Fatal(err)
	}
	d, err := authdetails.Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return audit.Input{Details: d, Sources: []string{"state.json"}}
}

// sample has a role in each state.
func sample() *state {
	s := new(state)
	s.policy("team", team).policy("wide", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}]}`)
	s.policy("all", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["ec2:*", "s3:*", "sts:*"], "Resource": "*"}]}`)
	s.role("/dev/", "inside", "team", "all").role("/dev/", "idle", "team").role("/dev/", "missing", "", "all").role("/dev/", "other", "all")
	s.role("/dev/", "exempt", "").role("/dev/", "lapsed", "").role("/dev/", "soon", "").role("/platform/", "tower", "").role("/", "loner", "", "all")
	s.role("/wide/", "carrier", "wide", "all").role("/dev/", "unknown", "absent", "all")
	s.role("/aws-service-role/x.amazonaws.com/", "AWSServiceRoleForX", "")
	return s
}

func run(ctx context.Context, t testing.TB, in ...audit.Input) *audit.Report {
	t.Helper()
	f, err := config.Load("f", []byte(configYAML), func(string) ([]byte, error) { return []byte(team), nil })
	if err != nil {
		t.Fatal(err)
	}
	a := audit.Auditor{Config: f, Now: now, Usage: audit.Usage{"arn:aws:iam::" + id + ":role/dev/inside": {"ec2": now.AddDate(0, -1, 0)}}}
	return a.Run(ctx, in)
}

func named(t testing.TB, r *audit.Report, name string) *audit.Principal {
	t.Helper()
	for i := range r.Principals {
		if r.Principals[i].Name == name {
			return &r.Principals[i]
		}
	}
	t.Fatalf("%s is not in the report", name)
	return nil
}

// Each principal is reported in its state.
func TestStates(t *testing.T) {
	r := run(t.Context(), t, sample().input(t))
	for name, want := range map[string]string{
		"inside":             "inside none info",
		"idle":               "inside none info",
		"missing":            "outside missing high",
		"other":              "outside replaced medium",
		"exempt":             "exempt none info",
		"soon":               "exempt none info",
		"lapsed":             "outside exemption-expired medium",
		"tower":              "out-of-scope none info",
		"loner":              "uncovered none info",
		"carrier":            "outside widened critical",
		"unknown":            "outside replaced high",
		"AWSServiceRoleForX": "service-linked none info",
	} {
		p := named(t, r, name)
		if got := fmt.Sprintf("%s %s %s", p.State, p.Drift, p.Severity); got != want {
			t.Errorf("%s: %s, want %s (%s)", name, got, want, p.Reason)
		}
		if p.Reason == "" {
			t.Errorf("%s: no reason", name)
		}
		if wants := p.State == audit.Outside && name != "carrier"; wants != (p.Repair != "") {
			t.Errorf("%s: repair %q", name, p.Repair)
		}
	}
	s := r.Summary
	if s.Principals != 12 || s.Inside != 2 || s.Outside != 5 || s.Exempt != 2 || s.Percent != 25 || s.BoundariesOff != 1 || !r.Drifted() || r.Incomplete() {
		t.Errorf("%+v", s)
	}
	if p := named(t, r, "missing"); p.Witness == nil || !strings.HasPrefix(p.Witness.Action, "ec2:") || p.Mode != "enforce" ||
		p.Repair != "aws iam put-role-permissions-boundary --role-name missing --permissions-boundary "+policyARN("team") {
		t.Errorf("%+v", p)
	}
	if p := named(t, r, "carrier"); p.Mode != "alert" || p.Witness == nil || !strings.Contains(p.Reason, "not as approved") {
		t.Errorf("%+v", p)
	}
	if last := r.Principals[0]; last.State != audit.Outside || last.Severity != finding.Critical {
		t.Errorf("the first is %s", last.ARN)
	}
}

// What a boundary takes away is reported by service, used services first, and nothing is reported
// if it takes nothing away.
func TestCut(t *testing.T) {
	r := run(t.Context(), t, sample().input(t))
	p := named(t, r, "inside")
	if got := strings.Join(p.CutNames(), ", "); got != "ec2 (used 2026-10-01), sts" {
		t.Errorf("cut %s", got)
	}
	if p := named(t, r, "idle"); len(p.Cut) != 0 || p.CutUnknown != "" {
		t.Errorf("%+v", p.Cut)
	}
	if p := named(t, r, "unknown"); len(p.Cut) != 0 || !strings.Contains(p.CutUnknown, "absent") {
		t.Errorf("%+v, %q", p.Cut, p.CutUnknown)
	}
	if s := r.CutServices(); len(s) == 0 || s[0].Name != "ec2" || s[0].Used != 1 {
		t.Errorf("%+v", s)
	}
}

// Principals that can assume a role without a boundary are reported, and boundaries count.
func TestReaches(t *testing.T) {
	s := sample()
	s.policy("nosts", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`)
	s.role("/dev/", "kept", "nosts", "all")
	r := run(t.Context(), t, s.input(t))
	if p := named(t, r, "inside"); !strings.Contains(strings.Join(p.Reaches, " "), ":role/loner") {
		t.Errorf("%v", p.Reaches)
	}
	for _, name := range []string{"idle", "kept", "loner"} { // no permission, not within its boundary, and has no boundary itself
		if p := named(t, r, name); len(p.Reaches) != 0 {
			t.Errorf("%s: %v", name, p.Reaches)
		}
	}
}

// A boundary policy is compared with its approved document, and principals that would lose
// permissions are reported.
func TestBoundaries(t *testing.T) {
	r := run(t.Context(), t, sample().input(t))
	got := map[string]audit.Boundary{}
	for _, b := range r.Boundaries {
		got[b.ARN[strings.LastIndexByte(b.ARN, '/')+1:]] = b
	}
	if b := got["wide"]; b.State != "off" || b.Drift != finding.Widened || b.Carriers != 1 || b.Required != 1 || len(b.Diff) == 0 ||
		len(b.Cuts) != 1 || !strings.HasSuffix(b.Cuts[0], "carrier") || b.Witness == nil || b.Relation != "wider" {
		t.Errorf("%+v", b)
	}
	if b := got["wide"]; b.Denials != "more" || b.Undenied != nil || b.AlsoDenied == nil || !strings.HasPrefix(b.AlsoDenied.Action, "sqs:") {
		t.Errorf("denies explicitly %s, %v, %v", b.Denials, b.Undenied, b.AlsoDenied)
	}
	if p := named(t, r, "other"); p.Denials != "equal" || p.AlsoDenied != nil {
		t.Errorf("denies explicitly %s, %v", p.Denials, p.AlsoDenied)
	}
	if b := got["team"]; b.Denials != "equal" || b.State != "approved" || b.Carriers != 2 || strings.Join(b.Rules, " ") != "everyone" {
		t.Errorf("%+v", b)
	}
	if b := got["all"]; b.State != "other" || b.Carriers != 1 {
		t.Errorf("%+v", b)
	}
	if b := got["absent"]; b.State != "unknown" || b.Reason == "" {
		t.Errorf("%+v", b)
	}
}

func TestExemptions(t *testing.T) {
	r := run(t.Context(), t, sample().input(t))
	var got []string
	for _, e := range r.Exemptions {
		got = append(got, e.Principal[strings.LastIndexByte(e.Principal, '/')+1:]+" "+e.State)
	}
	if strings.Join(got, ", ") != "exempt used, lapsed expired, nobody nobody, soon expiring, inside another" {
		t.Errorf("%v", got)
	}
}

// An exemption is not reported as matching no principal if not all principals were read.
func TestExemptionsOfAPart(t *testing.T) {
	in := sample().input(t)
	in.Partial = []string{"it ends in the middle"}
	for _, e := range run(t.Context(), t, in).Exemptions {
		if strings.HasSuffix(e.Principal, "/nobody") && e.State != "unknown" {
			t.Errorf("%+v", e)
		}
	}
}

func TestCoverage(t *testing.T) {
	r := run(t.Context(), t, sample().input(t))
	var got []string
	for _, c := range r.Coverage {
		got = append(got, fmt.Sprintf("%s %s %d/%d", c.By, c.Key, c.Inside, c.Total))
	}
	want := "account 123456789012 2/8, rule (none) 0/1, rule wides 0/1, rule everyone 2/6, kind role 2/8, path / 0/1, path /wide/ 0/1, path /dev/ 2/6"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s", strings.Join(got, ", "))
	}
}

// The name that the configuration gives an account is before that of the organization, which is text of others.
func TestNamesOfAccounts(t *testing.T) {
	in := sample().input(t)
	in.Name = "shop|*x*"
	named, err := config.Load("f", []byte(configYAML+"accounts: {\""+id+"\": {name: ours}}\n"), func(string) ([]byte, error) { return []byte(team), nil })
	if err != nil {
		t.Fatal(err)
	}
	for label, r := range map[string]*audit.Report{
		id + " shop|*x*": run(t.Context(), t, in),
		id + " ours":     (&audit.Auditor{Config: named, Now: now}).Run(t.Context(), []audit.Input{in}),
	} {
		i := slices.IndexFunc(r.Coverage, func(c audit.Coverage) bool { return c.By == "account" })
		if r.Coverage[i].Label() != label {
			t.Errorf("%q, want %q", r.Coverage[i].Label(), label)
		}
		if i = slices.IndexFunc(r.Coverage, func(c audit.Coverage) bool { return c.By == "kind" }); r.Coverage[i].Label() != "role" {
			t.Errorf("%+v", r.Coverage[i])
		}
		var out strings.Builder
		if err := r.WriteMarkdown(&out); err != nil || strings.Contains(out.String(), "shop|*x*") {
			t.Errorf("the name is not escaped, or: %v", err)
		}
	}
}

// An audit that was stopped, or had incomplete input, is partial. Unknown principals are not inside.
func TestPartial(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := run(ctx, t, sample().input(t))
	if !r.Incomplete() || len(r.Principals) != 0 || !strings.Contains(strings.Join(r.Partial, " "), "12 of 12") {
		t.Errorf("%+v", r.Partial)
	}
	in := sample().input(t)
	in.Partial = []string{"it ends in the middle"}
	if r := run(t.Context(), t, in); !r.Incomplete() || !strings.Contains(r.Partial[0], "account "+id+": it ends") {
		t.Errorf("%+v", r.Partial)
	}
}

// A boundary policy that is not in the details is unknown. That is not drift.
func TestWithoutPolicies(t *testing.T) {
	s := sample()
	s.policies = nil
	r := run(t.Context(), t, s.input(t))
	if !r.Incomplete() || r.Summary.BoundariesOff != 0 || r.Summary.BoundariesUnknown != 2 {
		t.Errorf("%+v", r.Summary)
	}
	if p := named(t, r, "idle"); p.State != audit.Unknown {
		t.Errorf("%+v", p)
	}
}

// Every format has the same content, and untrusted names do no harm in it.
func TestForms(t *testing.T) {
	s := sample().role("/dev/", "=cmd,@x", "")
	r := run(t.Context(), t, s.input(t))
	r.Principals[1].Rule, r.Principals[2].Rule = "＝wide", "see https://example.com\u2028# title"
	r.Principals[0].Rule = "a|b`<script>\n=1+1"
	var out bytes.Buffer
	if err := r.WriteCSV(&out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 1+len(r.Principals) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(string([]rune(cell)[:1]), "=+-@＝＋－＠\t\r\n") {
				t.Errorf("cell %q", cell)
			}
		}
	}
	out.Reset()
	if err := r.WriteMarkdown(&out); err != nil {
		t.Fatal(err)
	}
	md := out.String()
	if strings.Contains(md, "https://") || strings.Contains(md, "\u2028") {
		t.Errorf("a link, or a line of its own: %s", md)
	}
	if strings.Contains(md, "<script>") && !strings.Contains(md, `\<script\>`) || strings.Contains(md, "\n=1+1") {
		t.Errorf("%s", md)
	}
	for _, want := range []string{"## Outside", "## Boundaries", "## Coverage", "## Exemptions", "## Covered by no rule", "missing", r.Headline()} {
		if !strings.Contains(md, want) {
			t.Errorf("%q is not in\n%s", want, md)
		}
	}
	out.Reset()
	if err := r.WriteSARIF(&out, "1"); err != nil {
		t.Fatal(err)
	}
	var sarif struct {
		Version string
		Runs    []struct {
			Results []struct{ RuleID, Level string }
			Tool    struct {
				Driver struct{ Rules []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(out.Bytes(), &sarif); err != nil || sarif.Version != "2.1.0" || len(sarif.Runs) != 1 {
		t.Fatalf("%v: %s", err, out.String())
	}
	if n := len(sarif.Runs[0].Results); n != r.Summary.Outside+r.Summary.BoundariesOff {
		t.Errorf("%d results", n)
	}
	rules := map[string]bool{}
	for _, rule := range sarif.Runs[0].Tool.Driver.Rules {
		rules[rule.ID] = true
	}
	for _, result := range sarif.Runs[0].Results {
		if !rules[result.RuleID] || result.Level == "" {
			t.Errorf("%+v", result)
		}
	}
}

func TestReadUsage(t *testing.T) {
	u := audit.Usage{}
	err := u.Read(strings.NewReader(`{"arn:aws:iam::1:role/a": {"JobStatus": "COMPLETED", "ServicesLastAccessed": [
		{"ServiceNamespace": "S3", "LastAuthenticated": "2026-01-02T03:04:05Z"}, {"ServiceNamespace": "ec2"}]}}`))
	if err != nil || u["arn:aws:iam::1:role/a"]["s3"].IsZero() || len(u["arn:aws:iam::1:role/a"]) != 2 {
		t.Errorf("%v, %v", u, err)
	}
	for _, bad := range []string{"", "[]", `{"x": {}}`, `{"arn:aws:iam::1:role/a": {"JobStatus": "IN_PROGRESS"}}`, `{} {}`, `{"arn:aws:iam::1:role/a": {}} x`} {
		if err := (audit.Usage{}).Read(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

// BenchmarkAudit reads and audits an account of 10,000 principals.
func BenchmarkAudit(b *testing.B) {
	var text bytes.Buffer
	if err := accounttest.Write(&text, 10000); err != nil {
		b.Fatal(err)
	}
	f, err := config.Single(accounttest.Boundary, []byte(accounttest.Approved), config.Enforce)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		d, err := authdetails.Read(bytes.NewReader(text.Bytes()))
		if err != nil {
			b.Fatal(err)
		}
		a := audit.Auditor{Config: f, Now: now}
		if r := a.Run(context.Background(), []audit.Input{{Details: d}}); r.Summary.Principals != 10000 || r.Summary.Outside == 0 {
			b.Fatalf("%+v", r.Summary)
		}
	}
}
