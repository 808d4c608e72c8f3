package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkFormats are the flags that select the format of a report.
var checkFormats = []string{"", "--all", "--json", "--markdown", "--sarif", "--junit"}

// secretPlan has values that begin with zq wherever a report could show one. An update has other values
// before. %s is the marks of all resources.
const secretPlan = `{"format_version": "1.2", "resource_changes": [
{"address": "aws_iam_policy.bound", "mode": "managed", "type": "aws_iam_policy", "change": {"actions": ["create"], "before": null,
  "after": {"name": "zq-bound", "path": "/", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sqs:*\", \"Resource\": \"arn:aws:sqs:eu-west-1:123456789012:zq-queue\"}]}"},
  "after_unknown": {}, "after_sensitive": %[1]s}},
{"address": "aws_iam_policy.broken", "mode": "managed", "type": "aws_iam_policy", "change": {"actions": ["create"], "before": null,
  "after": {"name": "zq-broken", "path": "/", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"zq\"}]}"}, "after_unknown": {}, "after_sensitive": %[1]s}},
{"address": "aws_iam_policy.required", "mode": "managed", "type": "aws_iam_policy", "change": {"actions": ["update"],
  "before": {"name": "team-boundary", "path": "/", "arn": "arn:aws:iam::123456789012:policy/team-boundary"},
  "after": {"name": "team-boundary", "path": "/", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sns:*\", \"Resource\": \"arn:aws:sns:eu-west-1:123456789012:zq-topic\"}]}"},
  "after_unknown": {}, "after_sensitive": %[1]s, "before_sensitive": %[1]s}},
{"address": "aws_iam_role.swapped", "mode": "managed", "type": "aws_iam_role", "change": {"actions": ["update"],
  "before": {"name": "zq-old", "path": "/app/zq-was/", "unique_id": "AROAZQ", "arn": "arn:aws:iam::123456789012:role/app/zq-was/zq-old", "permissions_boundary": "arn:aws:iam::123456789012:policy/zq-before", "tags": {"zq-gone": "zq-x"}},
  "after": {"name": "zq-name", "path": "/app/zq-path/", "permissions_boundary": "arn:aws:iam::123456789012:policy/zq-bound", "tags": {"zq-key": "zq-value"},
    "inline_policy": [{"name": "zq-inline", "policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sqs:*\", \"Resource\": \"arn:aws:sqs:eu-west-1:123456789012:zq-queue\"}]}"}],
    "managed_policy_arns": ["arn:aws:iam::aws:policy/zq-managed"]},
  "after_unknown": {}, "after_sensitive": %[1]s, "before_sensitive": %[1]s}},
{"address": "aws_iam_role.unread", "mode": "managed", "type": "aws_iam_role", "change": {"actions": ["create"], "before": null,
  "after": {"name": "zq-unread", "path": "/app/", "permissions_boundary": "arn:aws:iam::123456789012:policy/zq-broken"}, "after_unknown": {}, "after_sensitive": %[1]s}},
{"address": "aws_iam_role.elsewhere", "mode": "managed", "type": "aws_iam_role", "change": {"actions": ["create"], "before": null,
  "after": {"name": "zq", "path": "/app/", "permissions_boundary": "arn:aws:iam::123456789012:policy/zq-nowhere"}, "after_unknown": {}, "after_sensitive": %[1]s}},
{"address": "aws_iam_role.bare", "mode": "managed", "type": "aws_iam_role", "change": {"actions": ["create"], "before": null,
  "after": {"name": "zq", "path": "/app/"}, "after_unknown": {}, "after_sensitive": %[1]s}},
{"address": "aws_iam_user.moved", "mode": "managed", "type": "aws_iam_user", "change": {"actions": ["update"],
  "before": {"name": "zq-mover", "path": "/", "unique_id": "AIDAZQ", "arn": "arn:aws:iam::123456789012:user/zq-mover", "permissions_boundary": "arn:aws:iam::123456789012:policy/team-boundary", "tags": {"team": "zq-team", "zq-other": "1"}},
  "after": {"name": "zq-moved", "path": "/zq-out/", "permissions_boundary": "arn:aws:iam::123456789012:policy/team-boundary", "tags": {"zq-new": "zq-out"}},
  "after_unknown": {}, "after_sensitive": %[1]s, "before_sensitive": %[1]s}}
]}`

// secretTemplate has values that begin with zq in parameters. %s is their NoEcho.
const secretTemplate = `
Parameters:
  Name: {Type: String, NoEcho: %[1]s, Default: zq}
  Path: {Type: String, NoEcho: %[1]s, Default: /app/zq-path/}
  Bound: {Type: String, NoEcho: %[1]s, Default: "arn:aws:iam::123456789012:policy/zq-bound"}
  List: {Type: CommaDelimitedList, NoEcho: %[1]s, Default: "zq-a, zq-b"}
  Store: {Type: "AWS::SSM::Parameter::Value<String>", NoEcho: %[1]s, Default: /zq/store}
  Later: {Type: String, NoEcho: %[1]s, Default: "zq{{resolve:ssm:zq-param}}"}
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: zq-bound
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:*", Resource: !Sub "arn:aws:sqs:eu-west-1:123456789012:${Name}-queue"}]}
  Swapped:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub "x${Name}"
      Path: !Ref Path
      PermissionsBoundary: !Ref Bound
      Policies: [{PolicyName: !Ref Name, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sqs:*", Resource: "*"}]}}]
  Elsewhere:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Select [1, !Ref List]
      Path: /app/
      PermissionsBoundary: !Join ["", ["arn:aws:iam::123456789012:policy/", !Select [0, !Split ["-", !Select [0, !Ref List]]], "-else"]]
      Tags: [{Key: !Ref Name, Value: !Select [0, !Ref List]}]
  Imported:
    Type: AWS::IAM::Role
    Properties: {Path: /app/, PermissionsBoundary: !ImportValue {"Fn::Sub": "a${Name}"}}
  Stored:
    Type: AWS::IAM::Role
    Properties: {Path: /app/, PermissionsBoundary: !Ref Store}
  Later1:
    Type: AWS::IAM::Role
    Properties: {Path: /app/, PermissionsBoundary: !Ref Later}
  Bare:
    Type: AWS::IAM::Role
    Properties: {Path: /app/, RoleName: !Ref Name}
  Within:
    Type: AWS::IAM::Role
    Properties: {Path: /app/, RoleName: within, PermissionsBoundary: !Sub "arn:aws:iam::${AWS::AccountId}:policy/x${Name}"}
`

// verdicts returns what a check of a file decides, without texts.
func verdicts(t *testing.T, args string) (all []string) {
	t.Helper()
	printed, code := runCommand(t, args+" --json --all")
	var report struct {
		Principals, Policies []struct{ Address, State, Drift, Severity, Relation, Rule string }
	}
	if err := json.Unmarshal([]byte(printed), &report); err != nil {
		t.Fatalf("%v:\n%s", err, printed)
	}
	for _, p := range slices.Concat(report.Principals, report.Policies) {
		all = append(all, fmt.Sprintf("%v", p))
	}
	slices.Sort(all)
	return append(all, fmt.Sprint("exit status ", code))
}

// No format shows a value that a plan or template marks as sensitive, and the verdicts are the same.
func TestCheckShowsNoSensitiveValue(t *testing.T) {
	t.Chdir("testdata/check")
	t.Setenv("COLUMNS", "250")
	everything := `{"name": true, "path": true, "permissions_boundary": true, "policy": true, "tags": %s, "inline_policy": [{"name": true, "policy": true}], "managed_policy_arns": [true], "unique_id": true, "arn": true}`
	for name, c := range map[string]struct{ open, text string }{
		"plan.json":     {fmt.Sprintf(secretPlan, "{}"), fmt.Sprintf(secretPlan, "true")},
		"each.json":     {fmt.Sprintf(secretPlan, "{}"), fmt.Sprintf(secretPlan, fmt.Sprintf(everything, "true"))},
		"odd.json":      {fmt.Sprintf(secretPlan, "false"), fmt.Sprintf(secretPlan, `"odd"`)},
		"odd-each.json": {fmt.Sprintf(secretPlan, "null"), fmt.Sprintf(secretPlan, strings.ReplaceAll(fmt.Sprintf(everything, "1"), "true", `"x"`))},
		"t.yaml":        {fmt.Sprintf(secretTemplate, "false"), fmt.Sprintf(secretTemplate, "true")},
		"quoted.yaml":   {fmt.Sprintf(secretTemplate, `"false"`), fmt.Sprintf(secretTemplate, `"true"`)},
	} {
		folder := t.TempDir()
		open, marked := filepath.Join(folder, "open-"+name), filepath.Join(folder, name)
		for path, text := range map[string]string{open: c.open, marked: c.text} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		const args = "check --config ringfence.yaml --stack-tag= "
		if got, want := verdicts(t, args+marked), verdicts(t, args+open); !slices.Equal(got, want) || len(want) < 6 {
			t.Errorf("%s: the verdicts are\n%s\nand without marks\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		for _, format := range checkFormats {
			printed, _ := runCommand(t, args+format+" "+marked)
			if strings.Contains(strings.ToLower(printed), "zq") || !strings.Contains(printed, "(sensitive)") && !strings.Contains(printed, `\(sensitive\)`) {
				t.Errorf("%s %s prints\n%s", name, format, printed)
			}
			if printed, _ := runCommand(t, args+format+" "+open); !strings.Contains(printed, "zq-bound") || strings.Contains(printed, "sensitive") {
				t.Errorf("%s %s prints without marks\n%s", name, format, printed)
			}
		}
	}
}

// The account is not shown where only sensitive boundaries tell it.
func TestCheckShowsNoAccountOfSensitiveBoundaries(t *testing.T) {
	t.Chdir("testdata/check")
	const template = `
Parameters: {Bound: {Type: String, NoEcho: true, Default: "arn:aws:iam::123456789012:policy/other"}}
Resources:
  A: {Type: AWS::IAM::Role, Properties: {RoleName: a, Path: /app/, PermissionsBoundary: !Ref Bound}}
  B: {Type: AWS::IAM::Role, Properties: {RoleName: b, Path: /app/}}
`
	path := filepath.Join(t.TempDir(), "t.yaml")
	if err := os.WriteFile(path, []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range checkFormats {
		if printed, code := runCommand(t, "check --config ringfence.yaml --stack-tag= "+format+" "+path); strings.Contains(printed, "123456789012") || code != exitFound {
			t.Errorf("%s: exit status %d\n%s", format, code, printed)
		}
	}
}

// Marks never change a verdict on the recorded plans, whichever attribute has them.
func TestCheckDecidesWithSensitiveValues(t *testing.T) {
	t.Chdir("testdata/check")
	plans, err := filepath.Glob("terraform-*/plan.json")
	if err != nil || len(plans) < 3 {
		t.Fatalf("%v, %v", plans, err)
	}
	for _, path := range plans {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var plan map[string]any
		if err := json.Unmarshal(text, &plan); err != nil {
			t.Fatal(err)
		}
		want := verdicts(t, "check --config ringfence.yaml "+path)
		attributes := map[string]bool{"": true}
		for _, c := range changesOf(plan) {
			after, _ := c["after"].(map[string]any)
			for name := range after {
				attributes[name] = true
			}
		}
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			for _, c := range changesOf(plan) {
				c["before_sensitive"], c["after_sensitive"] = map[string]any{name: true}, map[string]any{name: true}
				if name == "" {
					c["before_sensitive"], c["after_sensitive"] = true, true
				}
			}
			marked, err := json.Marshal(plan)
			if err != nil {
				t.Fatal(err)
			}
			at := filepath.Join(t.TempDir(), "plan.json")
			if err := os.WriteFile(at, marked, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := verdicts(t, "check --config ringfence.yaml "+at); !slices.Equal(got, want) {
				t.Errorf("%s with a sensitive %q: the verdicts are\n%s\nand without\n%s", path, name, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
	}
}

func changesOf(plan map[string]any) (all []map[string]any) {
	list, _ := plan["resource_changes"].([]any)
	for _, one := range list {
		resource, _ := one.(map[string]any)
		if change, ok := resource["change"].(map[string]any); ok {
			all = append(all, change)
		}
	}
	return all
}
