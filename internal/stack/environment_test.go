package stack_test

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
	"github.com/ringfence/ringfence/internal/control"
	"github.com/ringfence/ringfence/internal/fence"
	"github.com/ringfence/ringfence/internal/trail"
)

// settings reads the function's environment as the function does.
func (s *stack) settings() boot.Settings {
	s.t.Helper()
	environment := maps.Clone(s.get(s.properties("EnforceFunction"), "Environment", "Variables").(map[string]any))
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

// The environment that the template makes is one that the function starts with, with a
// packaged configuration and without.
func TestTheFunctionStarts(t *testing.T) {
	none := func(string) ([]byte, error) { return nil, fs.ErrNotExist }
	f, err := boot.LoadFence(single(t).settings(), none)
	if err != nil {
		t.Fatal(err)
	}
	if r := f.Rules()[0]; r.Name != fence.SingleRule || r.Mode != fence.Alert {
		t.Errorf("rule %+v", r)
	}
	several := deploy(t, translatedFile, map[string]any{"ConfiguredBoundaryArns": team, "Mode": "enforce"})
	f, err = boot.LoadFence(several.settings(), func(name string) ([]byte, error) { return os.ReadFile(infra + "/" + name) })
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Rules()) < 2 {
		t.Error("the packaged configuration is not what is read")
	}
	if _, err := boot.LoadFence(several.settings(), none); err == nil {
		t.Error("the function starts with nothing to require")
	}
}

// The template sets every variable that the code reads, but for those that have no
// place in an account, and no other.
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
	slices.Sort(read)
	read = slices.DeleteFunc(slices.Compact(read), func(name string) bool {
		return name == boot.EnvClock || name == boot.EnvConfig // for replays; the default name will do
	})
	var set []string
	for name := range single(t).get(single(t).properties("EnforceFunction"), "Environment", "Variables").(map[string]any) {
		set = append(set, name)
	}
	slices.Sort(set)
	if !slices.Equal(read, set) {
		t.Errorf("the code reads %v\nthe template sets %v", read, set)
	}
}

// A call on any part of the stack is known to be one on the control itself, and on
// somebody else's is not.
func TestEveryPartIsKnownToTheControl(t *testing.T) {
	s := single(t)
	own := s.settings().Control
	tests := map[string]struct {
		source, call string
		parameters   func(id string) map[string]any
	}{
		"AWS::Events::Rule":     {"events", "DisableRule", func(id string) map[string]any { return map[string]any{"name": s.ref(id)} }},
		"AWS::Events::Archive":  {"events", "DeleteArchive", func(id string) map[string]any { return map[string]any{"archiveName": s.properties(id)["ArchiveName"]} }},
		"AWS::Lambda::Function": {"lambda", "UpdateFunctionCode20150331v2", func(id string) map[string]any { return map[string]any{"functionName": s.ref(id)} }},
		"AWS::SQS::Queue":       {"sqs", "PurgeQueue", func(id string) map[string]any { return map[string]any{"queueUrl": s.ref(id)} }},
		"AWS::SNS::Topic":       {"sns", "DeleteTopic", func(id string) map[string]any { return map[string]any{"topicArn": s.ref(id)} }},
		"AWS::KMS::Key":         {"kms", "ScheduleKeyDeletion", func(id string) map[string]any { return map[string]any{"keyId": s.attribute(id, "Arn")} }},
		"AWS::Logs::LogGroup":   {"logs", "DeleteLogGroup", func(id string) map[string]any { return map[string]any{"logGroupName": s.ref(id)} }},
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
				t.Errorf("%s of somebody else's is taken for tampering: %v", c.call, parameters)
			}
		}
	}
	// The role's own boundary is none that a rule replaces: the pipeline asks for both.
	if !own.Has(s.attribute("EnforceRole", "Arn")) || !own.Has(s.ref("RoleBoundary").(string)) {
		t.Error("the role or its boundary is not among the parts, to the letter")
	}
	if !touches(t, own, "cloudformation", "DeleteStack", map[string]any{"stackName": name}) ||
		!touches(t, own, "cloudtrail", "StopLogging", map[string]any{"name": "trail"}) {
		t.Error("deleting the stack or stopping the trail is not known as tampering")
	}
}

// other is the name of something like it that is not the stack's.
func other(v any) any {
	if l, ok := v.([]any); ok {
		return []any{other(l[0])}
	}
	return strings.NewReplacer("/"+name, "/else", ":"+name, ":else", name+"-", "else-", "/Key", "/Other").Replace(fmt.Sprint(v))
}

func touches(t *testing.T, own control.Own, source, call string, parameters map[string]any) bool {
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
	_, ok := own.Touched(c)
	return ok
}
