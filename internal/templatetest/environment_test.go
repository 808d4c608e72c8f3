package templatetest_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// functions are the functions, by the prefix of their parts' names.
var functions = []string{"Enforce", "Report", "Sweep"}

// environment returns what the template sets for a function.
func (s *stack) environment(function string) map[string]any {
	s.t.Helper()
	return s.get(s.properties(function+"Function"), "Environment", "Variables").(map[string]any)
}

// settings reads a function's environment as the function does.
func (s *stack) settings(function string) boot.Settings {
	s.t.Helper()
	environment := maps.Clone(s.environment(function))
	// What Lambda sets.
	environment["AWS_REGION"], environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"] = region, "x", "x"
	got, err := boot.ReadSettings(func(name string) string {
		v, _ := environment[name].(string)
		return v
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// The functions start with the environments of the template, with a packaged configuration and
// without.
func TestTheFunctionsStart(t *testing.T) {
	none := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	several := deploy(t, translatedFile, map[string]any{"ConfiguredBoundaryArns": team, "Mode": "enforce"})
	for _, function := range functions {
		f, err := boot.LoadConfig(single(t).settings(function), none)
		if err != nil {
			t.Fatalf("%s: %v", function, err)
		}
		if r := f.Rules()[0]; r.Name != config.SingleRule || r.Mode != config.Alert {
			t.Errorf("%s: rule %+v", function, r)
		}
		f, err = boot.LoadConfig(several.settings(function), func(name string) ([]byte, error) { return os.ReadFile(infra + "/" + name) })
		if err != nil {
			t.Fatalf("%s: %v", function, err)
		}
		if len(f.Rules()) < 2 {
			t.Errorf("%s: the packaged configuration is not what is read", function)
		}
		if _, err := boot.LoadConfig(several.settings(function), none); err == nil {
			t.Errorf("%s starts with nothing to require", function)
		}
	}
}

// The template sets every variable that the code reads, except those without a use in an account,
// and no other.
func TestVariablesAreThoseOfTheCode(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../boot/settings.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && strings.HasPrefix(l.Value, `"RINGFENCE_`) {
			name, _ := strconv.Unquote(l.Value)
			read = append(read, name)
		}
		return true
	})
	read = append(read, boot.EnvEndpoint) // for the SAM CLI; see boot's local.go
	slices.Sort(read)
	read = slices.DeleteFunc(slices.Compact(read), func(name string) bool {
		return name == boot.EnvClock || name == boot.EnvAccounts || name == boot.EnvConfig // for replays; the default name works
	})
	var set []string
	for _, function := range functions {
		for name := range single(t).environment(function) {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	if set = slices.Compact(set); !slices.Equal(read, set) {
		t.Errorf("the code reads %v\nthe template sets %v", read, set)
	}
}

// Lambda accepts at most 4 KB of variables. They fit even if all names have the maximum length: in
// one account with one boundary, and in an organization, which needs a configuration.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
func TestVariablesFit(t *testing.T) {
	for what, parameters := range map[string]map[string]any{
		"one account": {
			"RequiredBoundaryArn": "arn:aws:iam::" + account + ":policy/" + strings.Repeat("p", 640), "ConfigRule": "true",
		},
		"an organization": {
			"ConfiguredBoundaryArns": team, "ConfigRule": "true", "OrganizationId": organizationID, "ExternalId": strings.Repeat("e", 64),
		},
	} {
		s := deploy(t, translatedFile, parameters)
		s.values["AWS::StackName"] = strings.Repeat("n", longest)
		for _, function := range functions {
			size := 0
			for name, value := range s.environment(function) {
				size += len(name) + len(fmt.Sprint(value))
			}
			t.Logf("%s, %s: %d", what, function, size)
			if size > 4096 {
				t.Errorf("%s: the variables of %s may have %d bytes", what, function, size)
			}
		}
	}
}

// A call on any part of the stack is known to be one on the control itself. A call on another
// principal's resources is not.
func TestEveryPartIsKnownToTheControl(t *testing.T) {
	s := single(t)
	own := s.settings("Enforce").Control
	tests := map[string]struct {
		source, call string
		parameters   func(id string) map[string]any
	}{
		"AWS::Events::Rule": {"events", "DisableRule", func(id string) map[string]any {
			call := map[string]any{"name": s.ref(id)}
			if bus := s.properties(id)["EventBusName"]; bus != nil {
				call["eventBusName"] = bus
			}
			return call
		}},
		"AWS::Events::EventBus": {"events", "UpdateEventBus", func(id string) map[string]any { return map[string]any{"name": s.ref(id)} }},
		"AWS::Events::Archive":  {"events", "DeleteArchive", func(id string) map[string]any { return map[string]any{"archiveName": s.properties(id)["ArchiveName"]} }},
		"AWS::Lambda::Function": {"lambda", "UpdateFunctionCode20150331v2", func(id string) map[string]any { return map[string]any{"functionName": s.ref(id)} }},
		"AWS::DynamoDB::Table":  {"dynamodb", "DeleteTable", func(id string) map[string]any { return map[string]any{"tableName": s.ref(id)} }},
		"AWS::SQS::Queue":       {"sqs", "PurgeQueue", func(id string) map[string]any { return map[string]any{"queueUrl": s.ref(id)} }},
		"AWS::SNS::Topic":       {"sns", "DeleteTopic", func(id string) map[string]any { return map[string]any{"topicArn": s.ref(id)} }},
		"AWS::KMS::Alias":       {"kms", "DeleteAlias", func(id string) map[string]any { return map[string]any{"aliasName": s.ref(id)} }},
		"AWS::CloudWatch::Dashboard": {"monitoring", "DeleteDashboards", func(id string) map[string]any {
			return map[string]any{"dashboardNames": []any{s.ref(id)}}
		}},
		"AWS::KMS::Key":       {"kms", "ScheduleKeyDeletion", func(id string) map[string]any { return map[string]any{"keyId": s.attribute(id, "Arn")} }},
		"AWS::Logs::LogGroup": {"logs", "DeleteLogGroup", func(id string) map[string]any { return map[string]any{"logGroupName": s.ref(id)} }},
		"AWS::CloudWatch::Alarm": {"monitoring", "DeleteAlarms", func(id string) map[string]any {
			return map[string]any{"alarmNames": []any{s.ref(id)}}
		}},
		"AWS::IAM::Role":          {"iam", "PutRolePolicy", func(id string) map[string]any { return map[string]any{"roleName": s.ref(id), "policyName": "p"} }},
		"AWS::IAM::ManagedPolicy": {"iam", "CreatePolicyVersion", func(id string) map[string]any { return map[string]any{"policyArn": s.ref(id)} }},
	}
	for kind, c := range tests {
		ids := s.ofType(kind)
		if len(ids) == 0 {
			t.Errorf("the stack has no %s", kind)
		}
		for _, id := range ids {
			parameters := c.parameters(id)
			if !touches(t, own, c.source, c.call, parameters) {
				t.Errorf("%s of %s is not known as tampering: %v", c.call, id, parameters)
			}
			for k, v := range parameters {
				parameters[k] = other(v)
			}
			if touches(t, own, c.source, c.call, parameters) {
				t.Errorf("%s on another principal's resource is treated as tampering: %v", c.call, parameters)
			}
		}
	}
	// What only begins like a part is none: no principal raises an alarm by a choice of name.
	for call, parameters := range map[string]map[string]any{
		"events PutRule":             {"name": name + "-x17"},
		"events CreateArchive":       {"archiveName": name + "-x17"},
		"lambda CreateFunction":      {"functionName": name + "-x17"},
		"sqs CreateQueue":            {"queueName": name + "-x17"},
		"sns CreateTopic":            {"name": name + "-x17"},
		"monitoring PutMetricAlarm":  {"alarmName": name + "-x17"},
		"logs CreateLogGroup":        {"logGroupName": "/aws/lambda/" + name + "-x17"},
		"dynamodb CreateTable":       {"tableName": name + "-x17"},
		"cloudformation CreateStack": {"stackName": name + "-x17"},
	} {
		service, verb, _ := strings.Cut(call, " ")
		if touches(t, own, service, verb, parameters) {
			t.Errorf("%s %v is treated as tampering", call, parameters)
		}
	}
	// The parts include these roles and their boundary with exact ARNs: no rule replaces that
	// boundary.
	for _, arn := range []string{s.attribute("EnforceRole", "Arn"), s.attribute("ReportRole", "Arn"), s.ref("RoleBoundary").(string)} {
		if !own.Contains(arn) {
			t.Errorf("%s is not exactly one of the parts", arn)
		}
	}
	if !touches(t, own, "cloudformation", "DeleteStack", map[string]any{"stackName": name}) ||
		!touches(t, own, "cloudtrail", "StopLogging", map[string]any{"name": "trail"}) {
		t.Error("deleting the stack or stopping the trail is not known as tampering")
	}
}

// other returns the name of something similar that is not the stack's.
func other(v any) any {
	if l, ok := v.([]any); ok {
		return []any{other(l[0])}
	}
	if v == name {
		return "else"
	}
	return strings.NewReplacer("/"+name, "/else", ":"+name, ":else", name+"-", "else-", "/Key", "/Other").Replace(fmt.Sprint(v))
}

func touches(t *testing.T, own tamper.Parts, source, call string, parameters map[string]any) bool {
	t.Helper()
	event, err := json.Marshal(map[string]any{
		"eventVersion": "1.11", "eventID": "e", "eventSource": source + ".amazonaws.com", "eventName": call,
		"eventTime": "2026-03-01T12:00:00Z", "awsRegion": region, "recipientAccountId": account,
		"userIdentity": map[string]any{"type": "Root"}, "requestParameters": parameters,
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := trail.Parse(event)
	if err != nil {
		t.Fatal(err)
	}
	_, ok := own.Affected(c)
	return ok
}
