package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ringfence/ringfence/internal/audit"
	"github.com/ringfence/ringfence/internal/localaws"
)

const (
	orgHub    = "111111111111"
	orgPolicy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	orgTrust  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
)

// organizationOf starts an organization of a hub and n members, each with a role of its number. The last member has no role
// for Ringfence.
func organizationOf(t *testing.T, n int) *localaws.Server {
	t.Helper()
	server := localaws.New(localaws.Options{Seed: 1})
	listener, err := server.ListenTo("127.0.0.1:0", t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": listener.URL, "AWS_ACCESS_KEY_ID": orgHub, "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "", "AWS_REGION": "us-east-1",
		"AWS_CONFIG_FILE": filepath.Join(t.TempDir(), "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(t.TempDir(), "none"), "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	role := func(account, path, name string) {
		client := iam.NewFromConfig(server.Config("us-east-1", account))
		_, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("team"), PolicyDocument: aws.String(orgPolicy)})
		if err != nil && name == "app" {
			t.Fatal(err)
		}
		_, err = client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, Path: &path, AssumeRolePolicyDocument: aws.String(orgTrust)})
		if err != nil {
			t.Fatal(err)
		}
	}
	server.Organizations.SetAccount(orgHub, "security", "Security", types.AccountStateActive)
	role(orgHub, "/", "app")
	for i := range n {
		account := fmt.Sprintf("2%011d", i)
		server.Organizations.SetAccount(account, fmt.Sprint("member ", i), []string{"Workloads/Test", "Workloads/Production"}[i%2], types.AccountStateActive)
		role(account, "/", "app")
		if i < n-1 {
			role(account, "/ringfence/", "ringfence-member-read")
		}
	}
	return server
}

// auditOf runs an audit.
func auditOf(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := root()
	cmd.SetArgs(append([]string{"audit", "--boundary", "arn:aws:iam::123456789012:policy/team"}, args...))
	cmd.SetOut(&stdout)
	cmd.SetErr(&stderr)
	code = run(t.Context(), cmd)
	return code, stdout.String(), stderr.String()
}

// All accounts are read with their role. One that cannot be entered makes the report partial, and is named.
func TestAuditOfAnOrganization(t *testing.T) {
	organizationOf(t, 20)
	code, out, errs := auditOf(t, "--org", "--external-id", "an external id", "--json")
	var r audit.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, errs)
	}
	if code != exitPartial || len(r.Accounts) != 20 || r.Summary.Outside != 1+19*2 {
		t.Errorf("exit status %d, %d accounts, %d outside", code, len(r.Accounts), r.Summary.Outside)
	}
	if len(r.Partial) != 1 || !strings.Contains(r.Partial[0], "account 200000000019 (member 19) was not read: ") || !strings.Contains(r.Partial[0], "ringfence-member-read") {
		t.Errorf("partial: %q", r.Partial)
	}
	units := map[string]int{}
	for _, c := range r.Coverage {
		if c.By == "unit" {
			units[c.Key] = c.Total
		}
	}
	if units["Security"] != 1 || units["Workloads/Test"] != 20 || units["Workloads/Production"] != 18 {
		t.Errorf("by organizational unit: %v", units)
	}
	page := filepath.Join(t.TempDir(), "page.html")
	code, out, errs = auditOf(t, "--org", "--except", "200000000019", "--html", page)
	if code != exitFound || !strings.Contains(out, "Workloads/Test") || errs != "" {
		t.Errorf("exit status %d\n%s\n%s", code, out, errs)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "By organizational unit, worst first") {
		t.Errorf("the page has no organizational units: %v", err)
	}
	for _, bad := range [][]string{{"--org", "--state", "x.json"}, {"--org", "--usage", "live"}} {
		if code, _, errs := auditOf(t, bad...); code != exitBad {
			t.Errorf("%v: exit status %d, %s", bad, code, errs)
		}
	}
}

// A folder of files is as good as their names.
func TestAuditOfAFolder(t *testing.T) {
	dir := t.TempDir()
	for i, name := range []string{"a.json", "b.json", "README.md"} {
		text := fmt.Sprintf(`{"RoleDetailList": [{"RoleName": "app", "RoleId": "AROA%d", "Path": "/", "Arn": "arn:aws:iam::%012d:role/app"}], "Policies": []}`, i, i+1)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, out, errs := auditOf(t, "--state", dir, "--json")
	var r audit.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Accounts) != 2 {
		t.Errorf("%v, %d accounts\n%s", err, len(r.Accounts), errs)
	}
	if code, _, errs := auditOf(t, "--state", t.TempDir()); code != exitBad || !strings.Contains(errs, "has no files that end in .json") {
		t.Errorf("exit status %d, %s", code, errs)
	}
}
