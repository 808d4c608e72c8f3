package stack_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// rolePolicies are the documents of the execution role: what it is given and the
// boundary that it carries.
func (s *stack) rolePolicies() *eval.Policies {
	s.t.Helper()
	if s.properties("EnforceRole")["PermissionsBoundary"] != s.ref("RoleBoundary") {
		s.t.Fatal("the role does not carry its boundary")
	}
	p := s.properties("EnforcePolicy")
	if p["RoleName"] != s.ref("EnforceRole") {
		s.t.Fatal("the policy is another role's")
	}
	return &eval.Policies{
		Identity:   []*eval.Policy{s.compile(p["PolicyDocument"])},
		Boundaries: []*eval.Policy{s.compile(s.properties("RoleBoundary")["PolicyDocument"])},
	}
}

func (s *stack) roleMay(p *eval.Policies, action, on string, context map[string][]string) eval.Decision {
	s.t.Helper()
	role := s.attribute("EnforceRole", "Arn")
	if strings.HasPrefix(action, "kms:") {
		// A key's own policy must allow as well.
		withKey := *p
		withKey.Resource = s.compile(s.properties("Key")["KeyPolicy"])
		p = &withKey
	}
	caller, err := eval.ParsePrincipal(role)
	if err != nil {
		s.t.Fatal(err)
	}
	d := eval.Evaluate(p, &eval.Request{Principal: caller, Action: action, Resource: on, ResourceAccount: account, Context: eval.NewContext(context)})
	if d.Uncertain {
		s.t.Errorf("%s on %s: uncertain", action, on)
	}
	return d
}

// What the execution role may do, request by request.
func TestExecutionRole(t *testing.T) {
	const (
		iam     = "arn:aws:iam::" + account + ":"
		dev     = iam + "role/dev/app"
		denyAll = "arn:aws:iam::aws:policy/AWSDenyAll"
		other   = iam + "policy/other-boundary"
	)
	bounded := func(arn string) map[string][]string { return map[string][]string{"iam:PermissionsBoundary": {arn}} }
	s := single(t)
	own := s.attribute("EnforceRole", "Arn")
	ownBoundary := s.ref("RoleBoundary").(string)
	if !strings.HasPrefix(own, iam+"role/ringfence/") || !strings.HasPrefix(ownBoundary, iam+"policy/ringfence/") {
		t.Fatalf("the role %s or its boundary %s is outside the path that its denials name", own, ownBoundary)
	}
	p := s.rolePolicies()
	for _, c := range []struct {
		name, action, on string
		context          map[string][]string
		want             eval.Outcome
	}{
		{"the approved boundary on a role", "iam:PutRolePermissionsBoundary", dev, bounded(team), eval.Allow},
		{"the approved boundary on a user", "iam:PutUserPermissionsBoundary", iam + "user/jane", bounded(team), eval.Allow},
		{"another boundary on a role", "iam:PutRolePermissionsBoundary", dev, bounded(other), eval.ExplicitDeny},
		{"another boundary on a user", "iam:PutUserPermissionsBoundary", iam + "user/jane", bounded(other), eval.ExplicitDeny},
		{"the administrator's policy as boundary", "iam:PutRolePermissionsBoundary", dev, bounded("arn:aws:iam::aws:policy/AdministratorAccess"), eval.ExplicitDeny},
		{"a quarantine that no rule asks for", "iam:PutRolePermissionsBoundary", dev, bounded(denyAll), eval.ExplicitDeny},
		{"no boundary at all", "iam:PutRolePermissionsBoundary", dev, nil, eval.ExplicitDeny},
		{"the approved boundary on its own role", "iam:PutRolePermissionsBoundary", own, bounded(team), eval.ExplicitDeny},
		{"deleting a role's boundary", "iam:DeleteRolePermissionsBoundary", dev, bounded(team), eval.ExplicitDeny},
		{"deleting a user's boundary", "iam:DeleteUserPermissionsBoundary", iam + "user/jane", bounded(team), eval.ExplicitDeny},
		{"deleting its own boundary", "iam:DeleteRolePermissionsBoundary", own, bounded(ownBoundary), eval.ExplicitDeny},

		{"a version of the approved policy", "iam:CreatePolicyVersion", team, nil, eval.Allow},
		{"its default version", "iam:SetDefaultPolicyVersion", team, nil, eval.Allow},
		{"pruning a version of it", "iam:DeletePolicyVersion", team, nil, eval.Allow},
		{"making it again", "iam:CreatePolicy", team, nil, eval.Allow},
		{"deleting it", "iam:DeletePolicy", team, nil, eval.ImplicitDeny},
		{"a version of another policy", "iam:CreatePolicyVersion", other, nil, eval.ExplicitDeny},
		{"another policy's default version", "iam:SetDefaultPolicyVersion", other, nil, eval.ExplicitDeny},
		{"pruning another policy", "iam:DeletePolicyVersion", other, nil, eval.ExplicitDeny},
		{"making another policy", "iam:CreatePolicy", other, nil, eval.ExplicitDeny},
		{"a policy whose name begins alike", "iam:CreatePolicy", team + "2", nil, eval.ExplicitDeny},
		{"a version of its own boundary", "iam:CreatePolicyVersion", ownBoundary, nil, eval.ExplicitDeny},

		{"a policy for its own role", "iam:PutRolePolicy", own, nil, eval.ExplicitDeny},
		{"attaching to its own role", "iam:AttachRolePolicy", own, nil, eval.ExplicitDeny},
		{"its own trust policy", "iam:UpdateAssumeRolePolicy", own, nil, eval.ExplicitDeny},
		{"attaching to a role", "iam:AttachRolePolicy", dev, bounded(team), eval.ImplicitDeny},
		{"a policy for a role", "iam:PutRolePolicy", dev, bounded(team), eval.ImplicitDeny},
		{"making a role", "iam:CreateRole", dev, bounded(team), eval.ImplicitDeny},
		{"deleting a role", "iam:DeleteRole", dev, nil, eval.ImplicitDeny},
		{"taking a role", "sts:AssumeRole", dev, nil, eval.ImplicitDeny},
		{"making an access key", "iam:CreateAccessKey", iam + "user/jane", nil, eval.ImplicitDeny},

		{"reading a role", "iam:GetRole", dev, nil, eval.Allow},
		{"reading its own role", "iam:GetRole", own, nil, eval.Allow},
		{"reading an AWS managed policy", "iam:GetPolicyVersion", denyAll, nil, eval.Allow},
		{"reading a role of another account", "iam:GetRole", "arn:aws:iam::210987654321:role/x", nil, eval.ImplicitDeny},

		{"publishing a finding", "sns:Publish", s.ref("Topic").(string), nil, eval.Allow},
		{"publishing elsewhere", "sns:Publish", "arn:aws:sns:us-east-1:" + account + ":other", nil, eval.ImplicitDeny},
		{"a finding on the bus", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", map[string][]string{"events:source": {"ringfence"}}, eval.Allow},
		{"an event in another's name", "events:PutEvents", "arn:aws:events:us-east-1:" + account + ":event-bus/default", map[string][]string{"events:source": {"aws.iam"}}, eval.ImplicitDeny},
		{"switching its rule off", "events:DisableRule", s.attribute("ChangesRule", "Arn"), nil, eval.ImplicitDeny},
		{"taking an event", "sqs:ReceiveMessage", s.attribute("EventQueue", "Arn"), nil, eval.Allow},
		{"taking a second look", "sqs:DeleteMessage", s.attribute("SecondLookQueue", "Arn"), nil, eval.Allow},
		{"emptying the dead letters", "sqs:PurgeQueue", s.attribute("DeadLetters", "Arn"), nil, eval.ImplicitDeny},
		{"the key, through SNS", "kms:GenerateDataKey", s.attribute("Key", "Arn"), map[string][]string{"kms:ViaService": {"sns.us-east-1.amazonaws.com"}}, eval.Allow},
		{"the key, through SQS", "kms:Decrypt", s.attribute("Key", "Arn"), map[string][]string{"kms:ViaService": {"sqs.us-east-1.amazonaws.com"}}, eval.Allow},
		{"the key, by itself", "kms:Decrypt", s.attribute("Key", "Arn"), nil, eval.ImplicitDeny},
		{"its log", "logs:PutLogEvents", strings.TrimSuffix(s.attribute("EnforceLogs", "Arn"), "*") + "log-stream:x", nil, eval.Allow},
		{"another log", "logs:PutLogEvents", "arn:aws:logs:us-east-1:" + account + ":log-group:/aws/lambda/other:log-stream:x", nil, eval.ImplicitDeny},
	} {
		if d := s.roleMay(p, c.action, c.on, c.context); d.Outcome != c.want {
			t.Errorf("%s: %s by %s, want %s", c.name, d.Outcome, d.DecidedBy, c.want)
		}
	}
}

// Whatever policies the role is ever given, its boundary keeps it from the worst.
func TestRoleBoundaryHoldsAgainstAnyPolicy(t *testing.T) {
	s := single(t)
	p := s.rolePolicies()
	p.Identity = []*eval.Policy{everything(t)}
	own := s.attribute("EnforceRole", "Arn")
	for action, on := range map[string]string{
		"iam:DeleteRolePermissionsBoundary": "arn:aws:iam::" + account + ":role/dev/app",
		"iam:PutRolePermissionsBoundary":    own,
		"iam:AttachRolePolicy":              own,
		"iam:PutRolePolicy":                 own,
		"iam:CreatePolicyVersion":           s.ref("RoleBoundary").(string),
		"iam:CreateAccessKey":               "arn:aws:iam::" + account + ":user/jane",
		"iam:CreateUser":                    "arn:aws:iam::" + account + ":user/x",
		"sts:AssumeRole":                    "arn:aws:iam::" + account + ":role/admin",
		"s3:GetObject":                      "arn:aws:s3:::bucket/key",
		"events:DisableRule":                s.attribute("ChangesRule", "Arn"),
	} {
		if d := s.roleMay(p, action, on, map[string][]string{"iam:PermissionsBoundary": {team}}); d.Outcome == eval.Allow {
			t.Errorf("%s on %s is allowed", action, on)
		}
	}
}

// With a configuration, exactly its boundaries can be attached and restored.
func TestRoleWithSeveralBoundaries(t *testing.T) {
	const second, denyAll = "arn:aws:iam::" + account + ":policy/x/second", "arn:aws:iam::aws:policy/AWSDenyAll"
	s := deploy(t, translatedFile, map[string]any{"ConfiguredBoundaryArns": strings.Join([]string{team, second, denyAll}, ",")})
	if v := s.get(s.properties("EnforceFunction"), "Environment", "Variables").(map[string]any)["RINGFENCE_BOUNDARY_ARN"]; v != "" {
		t.Errorf("the function is told of one boundary, %v, beside its configuration", v)
	}
	p := s.rolePolicies()
	for arn, want := range map[string]eval.Outcome{
		team: eval.Allow, second: eval.Allow, denyAll: eval.Allow, team + "," + second: eval.ExplicitDeny, "": eval.ExplicitDeny,
		"arn:aws:iam::" + account + ":policy/second": eval.ExplicitDeny,
	} {
		context := map[string][]string{"iam:PermissionsBoundary": {arn}}
		if d := s.roleMay(p, "iam:PutRolePermissionsBoundary", "arn:aws:iam::"+account+":role/x", context); d.Outcome != want {
			t.Errorf("boundary %q: %s", arn, d.Outcome)
		}
	}
	if d := s.roleMay(p, "iam:CreatePolicyVersion", second, nil); d.Outcome != eval.Allow {
		t.Errorf("restoring the second: %s", d.Outcome)
	}
}

// No statement of a role has an action with a wildcard; "*" is the resource only of
// denials, of actions that know no resource, and of the boundary, which grants nothing.
func TestNoWildcardActions(t *testing.T) {
	s := single(t)
	unbound := []string{"cloudtrail:LookupEvents", "iam:GetAccountAuthorizationDetails", "xray:PutTelemetryRecords", "xray:PutTraceSegments"}
	for _, id := range []string{"EnforcePolicy", "RoleBoundary"} {
		for _, statement := range s.compile(s.properties(id)["PolicyDocument"]).Document.Statements {
			if statement.Action.Not || len(statement.Action.Values) == 0 {
				t.Errorf("%s, %s: NotAction", id, statement.Sid)
			}
			for _, a := range statement.Action.Values {
				if strings.ContainsAny(a, "*?") {
					t.Errorf("%s, %s: action %s", id, statement.Sid, a)
				}
				wide := slices.Contains(statement.Resource.Values, "*")
				if wide && statement.Effect == policy.Allow && id == "EnforcePolicy" && !slices.Contains(unbound, a) {
					t.Errorf("%s, %s: %s on every resource", id, statement.Sid, a)
				}
			}
		}
	}
	if got := s.ofType("AWS::IAM::Role"); len(got) != 1 {
		t.Errorf("a role is not in this test: %v", got)
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::User", "AWS::IAM::Group", "AWS::Lambda::Permission"} {
		if got := s.ofType(kind); len(got) > 0 {
			t.Errorf("%v grants something that no test looks at", got)
		}
	}
}

// services are the prefixes of the actions of the AWS clients that the code uses.
var services = map[string]string{"iam": "iam", "sns": "sns", "eventbridge": "events", "cloudtrail": "cloudtrail"}

// lambdas are the actions that Lambda itself takes in the role's name.
var lambdas = []string{
	"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "logs:CreateLogStream", "logs:PutLogEvents",
	"xray:PutTraceSegments", "xray:PutTelemetryRecords", "kms:Decrypt", "kms:GenerateDataKey",
}

// The role is allowed every call that the function's code makes, and no other; and its
// boundary allows the same.
func TestRoleAllowsWhatTheCodeCalls(t *testing.T) {
	want := slices.Clone(lambdas)
	for _, dir := range []string{"directory", "remedy", "notify", "history"} {
		want = append(want, calls(t, filepath.Join("..", dir))...)
	}
	slices.Sort(want)
	want = slices.Compact(want)
	if len(want) < len(lambdas)+10 {
		t.Fatalf("only %v: the search for calls is broken", want)
	}
	s := single(t)
	for _, id := range []string{"EnforcePolicy", "RoleBoundary"} {
		var got []string
		for _, statement := range s.compile(s.properties(id)["PolicyDocument"]).Document.Statements {
			if statement.Effect == policy.Allow {
				got = append(got, statement.Action.Values...)
			}
		}
		slices.Sort(got)
		got = slices.Compact(got)
		for _, a := range want {
			if !slices.Contains(got, a) {
				t.Errorf("%s lacks %s, which the code calls", id, a)
			}
		}
		for _, a := range got {
			if !slices.Contains(want, a) {
				t.Errorf("%s has %s, which no code calls", id, a)
			}
		}
	}
}

// The documentation tells of each permission why it is there, and of no other.
func TestPermissionsAreExplained(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "## Permissions, one by one\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("no section on permissions")
	}
	var explained []string
	for _, row := range regexp.MustCompile(`(?m)^\| (`+"`"+`.*?) \|`).FindAllStringSubmatch(section, -1) {
		for _, a := range regexp.MustCompile("`([a-z0-9]+:[A-Za-z]+)`").FindAllStringSubmatch(row[1], -1) {
			explained = append(explained, a[1])
		}
	}
	s := single(t)
	var granted []string
	for _, statement := range s.compile(s.properties("EnforcePolicy")["PolicyDocument"]).Document.Statements {
		if statement.Effect == policy.Allow {
			granted = append(granted, statement.Action.Values...)
		}
	}
	slices.Sort(explained)
	slices.Sort(granted)
	if diff := cmp.Diff(slices.Compact(granted), explained); diff != "" {
		t.Errorf("(-granted +explained):\n%s", diff)
	}
}

// calls finds the AWS calls in the interfaces that a package declares for its clients:
// methods that take a *service.NameInput.
func calls(t *testing.T, dir string) (actions []string) {
	t.Helper()
	if _, err := os.Stat(dir); err != nil {
		return nil
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			i, ok := n.(*ast.InterfaceType)
			if !ok {
				return true
			}
			for _, m := range i.Methods.List {
				if f, ok := m.Type.(*ast.FuncType); ok {
					actions = append(actions, inputs(t, f)...)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return actions
}

func inputs(t *testing.T, f *ast.FuncType) (actions []string) {
	for _, p := range f.Params.List {
		star, _ := p.Type.(*ast.StarExpr)
		if star == nil {
			continue
		}
		selector, _ := star.X.(*ast.SelectorExpr)
		if selector == nil || !strings.HasSuffix(selector.Sel.Name, "Input") {
			continue
		}
		service, known := services[fmt.Sprint(selector.X)]
		if !known {
			t.Errorf("calls of %v are not known to this test", selector.X)
		}
		actions = append(actions, service+":"+strings.TrimSuffix(selector.Sel.Name, "Input"))
	}
	return actions
}
