// Package templatetest_test checks the deployed stack: that its parts are connected, that its
// alarms watch existing metrics, that its roles have exactly the permissions that they need, and
// that its rules select the events that the code reads.
//
// It reads template.yaml and its translation to plain CloudFormation, which is in testdata and
// checked by the linters to be up to date.
package templatetest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const (
	templateFile   = "../../template.yaml"
	translatedFile = "testdata/translated.json"
)

// template is a CloudFormation template. YAML's short tags are replaced by the functions that they
// represent.
type template struct {
	Parameters map[string]map[string]any
	Mappings   map[string]map[string]map[string]any
	Conditions map[string]any
	Rules      map[string]any
	Resources  map[string]resource
	Outputs    map[string]map[string]any
}

type resource struct {
	Type                string
	Condition           string
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
	Properties          map[string]any
}

func readTemplate(t *testing.T, path string) template {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node // JSON is YAML too
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(plain(t, root.Content[0]))
	if err != nil {
		t.Fatal(err)
	}
	var out template
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Resources) < 10 {
		t.Fatalf("%s has only %d resources", path, len(out.Resources))
	}
	return out
}

// plain converts a node to JSON's types, and its tag to a function.
func plain(t *testing.T, n *yaml.Node) any {
	t.Helper()
	var out any
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(t, n.Content[i+1])
		}
		out = m
	case yaml.SequenceNode:
		l := make([]any, len(n.Content))
		for i, c := range n.Content {
			l[i] = plain(t, c)
		}
		out = l
	default:
		if strings.HasPrefix(n.Tag, "!!") {
			if err := n.Decode(&out); err != nil {
				t.Fatal(err)
			}
		} else {
			out = n.Value
		}
	}
	switch tag := n.Tag; {
	case strings.HasPrefix(tag, "!!"):
		return out
	case tag == "!Ref" || tag == "!Condition":
		return map[string]any{tag[1:]: out}
	case tag == "!GetAtt":
		name, attribute, _ := strings.Cut(out.(string), ".")
		return map[string]any{"Fn::GetAtt": []any{name, attribute}}
	default:
		return map[string]any{"Fn::" + tag[1:]: out}
	}
}

// stack is a template with values for its parameters, as in an account.
type stack struct {
	template
	t      *testing.T
	values map[string]any
	on     map[string]bool
}

// The account that the tests deploy to.
const (
	account = "123456789012"
	region  = "us-east-1"
	name    = "ringfence"
	team    = "arn:aws:iam::" + account + ":policy/team-boundary"
)

// The organization of that account, and what its member roles require.
const (
	organizationID = "o-a1b2c3d4e5"
	externalID     = "0123456789abcdef"
)

var pseudo = map[string]any{
	"AWS::AccountId": account, "AWS::Region": region, "AWS::Partition": "aws",
	"AWS::StackName": name, "AWS::StackId": "arn:aws:cloudformation:" + region + ":" + account + ":stack/" + name + "/0e2b41a3-0000-4000-8000-000000000002", "AWS::URLSuffix": "amazonaws.com", "AWS::NoValue": nil,
}

// deploy returns the stack with the given parameters, and defaults for the others.
func deploy(t *testing.T, path string, parameters map[string]any) *stack {
	t.Helper()
	return deployIn(t, path, nil, parameters)
}

// deployIn is deploy with other pseudo parameters: in another account, region or partition.
func deployIn(t *testing.T, path string, place, parameters map[string]any) *stack {
	t.Helper()
	s := &stack{template: readTemplate(t, path), t: t, values: maps.Clone(pseudo), on: map[string]bool{}}
	maps.Copy(s.values, place)
	for p, declared := range s.Parameters {
		v, given := parameters[p]
		if !given {
			if v, given = declared["Default"]; !given {
				t.Fatalf("parameter %s needs a value", p)
			}
		}
		s.values[p] = v
	}
	for p := range parameters {
		if s.Parameters[p] == nil {
			t.Fatalf("there is no parameter %s", p)
		}
	}
	for c, expression := range s.Conditions {
		s.on[c] = s.holds(expression)
	}
	return s
}

// single returns the stack for one required boundary, with all optional parts.
func single(t *testing.T) *stack {
	t.Helper()
	return deploy(t, translatedFile, map[string]any{
		"RequiredBoundaryArn": team, "AlertEmail": "security@example.com", "ConfigRule": "true", "OrganizationId": organizationID, "ExternalId": externalID,
	})
}

// holds evaluates a condition.
func (s *stack) holds(expression any) bool {
	fn, arg := s.function(expression)
	switch fn {
	case "Condition":
		return s.holds(s.Conditions[arg.(string)])
	case "Fn::Not":
		return !s.holds(arg.([]any)[0])
	case "Fn::And":
		return !slices.ContainsFunc(arg.([]any), func(e any) bool { return !s.holds(e) })
	case "Fn::Or":
		return slices.ContainsFunc(arg.([]any), s.holds)
	case "Fn::Equals":
		l := arg.([]any)
		return fmt.Sprint(s.resolve(l[0])) == fmt.Sprint(s.resolve(l[1]))
	}
	s.t.Fatalf("not a condition: %v", expression)
	return false
}

// function splits a function call; fn is empty for every other value.
func (s *stack) function(v any) (fn string, arg any) {
	m, ok := v.(map[string]any)
	if !ok || len(m) != 1 {
		return "", nil
	}
	for k, a := range m {
		if k == "Ref" || k == "Condition" && isString(a) || strings.HasPrefix(k, "Fn::") {
			return k, a
		}
	}
	return "", nil
}

func isString(v any) bool { _, ok := v.(string); return ok }

// resolve computes a value as CloudFormation does.
func (s *stack) resolve(v any) any {
	switch v := v.(type) {
	case []any:
		out := []any{}
		for _, e := range v {
			if r := s.resolve(e); r != nil {
				out = append(out, r)
			}
		}
		return out
	case map[string]any:
		if fn, arg := s.function(v); fn != "" {
			return s.call(fn, arg)
		}
		out := map[string]any{}
		for k, e := range v {
			if r := s.resolve(e); r != nil {
				out[k] = r
			}
		}
		return out
	}
	return v
}

func (s *stack) call(fn string, arg any) any {
	switch fn {
	case "Ref":
		return s.ref(arg.(string))
	case "Fn::GetAtt":
		l := arg.([]any)
		return s.attribute(l[0].(string), l[1].(string))
	case "Fn::FindInMap":
		l := s.resolve(arg).([]any)
		found, ok := s.Mappings[l[0].(string)][l[1].(string)][l[2].(string)]
		if !ok {
			s.t.Fatalf("nothing in a mapping at %v", l)
		}
		return found
	case "Fn::Sub":
		text, own := subArguments(arg)
		for name, v := range own {
			text = strings.ReplaceAll(text, "${"+name+"}", s.resolve(v).(string))
		}
		return s.substitute(text)
	case "Fn::Split":
		l := arg.([]any)
		out := []any{}
		for _, part := range strings.Split(s.resolve(l[1]).(string), l[0].(string)) {
			out = append(out, part)
		}
		return out
	case "Fn::Join":
		l := arg.([]any)
		var parts []string
		for _, part := range s.resolve(l[1]).([]any) {
			parts = append(parts, part.(string))
		}
		return strings.Join(parts, l[0].(string))
	case "Fn::If":
		l := arg.([]any)
		if on, known := s.on[l[0].(string)]; known && on {
			return s.resolve(l[1])
		} else if known {
			return s.resolve(l[2])
		}
		s.t.Fatalf("there is no condition %v", l[0])
	}
	s.t.Fatalf("function %s is not known to this test", fn)
	return nil
}

// subArguments returns the text of a Fn::Sub, and its own variables.
func subArguments(arg any) (text string, own map[string]any) {
	if l, ok := arg.([]any); ok {
		return l[0].(string), l[1].(map[string]any)
	}
	return arg.(string), nil
}

// substitute fills the text of a Fn::Sub.
func (s *stack) substitute(text string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		var variable string
		variable, text, found = strings.Cut(rest, "}")
		if !found {
			s.t.Fatalf("unclosed ${ in %q", rest)
		}
		if literal, escaped := strings.CutPrefix(variable, "!"); escaped {
			b.WriteString("${" + literal + "}")
		} else if id, attribute, isAttribute := strings.Cut(variable, "."); isAttribute {
			b.WriteString(s.attribute(id, attribute))
		} else {
			fmt.Fprint(&b, s.ref(variable))
		}
	}
}

// shape is the form of an attribute or Ref of a resource type. NAME is replaced by the property
// that names it, or by its logical id.
type shape struct {
	named string // property with the name
	ref   string
	attrs map[string]string
}

var shapes = map[string]shape{
	"AWS::SQS::Queue":            {"QueueName", "https://sqs." + region + ".amazonaws.com/" + account + "/NAME", map[string]string{"Arn": "arn:aws:sqs:" + region + ":" + account + ":NAME", "QueueName": "NAME"}},
	"AWS::SNS::Topic":            {"TopicName", "arn:aws:sns:" + region + ":" + account + ":NAME", nil},
	"AWS::Events::EventBus":      {"Name", "NAME", map[string]string{"Arn": "arn:aws:events:" + region + ":" + account + ":event-bus/NAME"}},
	"AWS::Events::Rule":          {"Name", "NAME", map[string]string{"Arn": "arn:aws:events:" + region + ":" + account + ":rule/BUSNAME"}},
	"AWS::DynamoDB::Table":       {"TableName", "NAME", map[string]string{"Arn": "arn:aws:dynamodb:" + region + ":" + account + ":table/NAME"}},
	"AWS::KMS::Alias":            {"AliasName", "NAME", nil},
	"AWS::KMS::Key":              {"", "NAME", map[string]string{"Arn": "arn:aws:kms:" + region + ":" + account + ":key/NAME"}},
	"AWS::Logs::LogGroup":        {"LogGroupName", "NAME", map[string]string{"Arn": "arn:aws:logs:" + region + ":" + account + ":log-group:NAME:*"}},
	"AWS::Lambda::Function":      {"FunctionName", "NAME", map[string]string{"Arn": "arn:aws:lambda:" + region + ":" + account + ":function:NAME"}},
	"AWS::Serverless::Function":  {"FunctionName", "NAME", map[string]string{"Arn": "arn:aws:lambda:" + region + ":" + account + ":function:NAME"}},
	"AWS::IAM::Role":             {"RoleName", "NAME", map[string]string{"Arn": "arn:aws:iam::" + account + ":rolePATHNAME"}},
	"AWS::IAM::ManagedPolicy":    {"ManagedPolicyName", "arn:aws:iam::" + account + ":policyPATHNAME", nil},
	"AWS::CloudWatch::Alarm":     {"AlarmName", "NAME", map[string]string{"Arn": "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:NAME"}},
	"AWS::CloudWatch::Dashboard": {"DashboardName", "NAME", nil},
	"AWS::Config::ConfigRule":    {"ConfigRuleName", "NAME", nil},
}

func (s *stack) ref(id string) any {
	if v, ok := s.values[id]; ok {
		return v
	}
	r, ok := s.Resources[id]
	if !ok {
		s.t.Fatalf("Ref to %s, which is nothing", id)
	}
	sh, ok := shapes[r.Type]
	if !ok {
		s.t.Fatalf("Ref to %s: tell this test what that of a %s is", id, r.Type)
	}
	return s.fill(id, sh.ref)
}

func (s *stack) attribute(id, attribute string) string {
	r, ok := s.Resources[id]
	if !ok {
		s.t.Fatalf("attribute %s of %s, which is nothing", attribute, id)
	}
	text, ok := shapes[r.Type].attrs[attribute]
	if !ok {
		s.t.Fatalf("a %s has no attribute %s known to this test", r.Type, attribute)
	}
	return s.fill(id, text)
}

func (s *stack) fill(id, text string) string {
	r := s.Resources[id]
	text = strings.NewReplacer(account, s.values["AWS::AccountId"].(string), region, s.values["AWS::Region"].(string), "arn:aws:", "arn:"+s.values["AWS::Partition"].(string)+":").Replace(text)
	named := id
	if property := shapes[r.Type].named; property != "" {
		given, ok := s.resolve(r.Properties[property]).(string)
		if !ok {
			s.t.Fatalf("%s has no %s", id, property)
		}
		named = given
	}
	path, _ := s.resolve(r.Properties["Path"]).(string)
	bus := ""
	if given, ok := s.resolve(r.Properties["EventBusName"]).(string); ok {
		bus = given + "/"
	}
	return strings.NewReplacer("NAME", named, "PATH", path, "BUS", bus).Replace(text)
}

// properties returns the resolved properties of a resource.
func (s *stack) properties(id string) map[string]any {
	s.t.Helper()
	r, ok := s.Resources[id]
	if !ok {
		s.t.Fatalf("there is no resource %s", id)
	}
	return s.resolve(r.Properties).(map[string]any)
}

// get reads a value inside another by keys and indexes, and fails if there is none.
func (s *stack) get(v any, path ...any) any {
	s.t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				s.t.Fatalf("nothing at %v", path)
			}
			v = l[step]
		}
		if v == nil {
			s.t.Fatalf("nothing at %v", path)
		}
	}
	return v
}

// ofType returns the ids of all resources of a type, sorted.
func (t template) ofType(want string) (ids []string) {
	for id, r := range t.Resources {
		if r.Type == want {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
