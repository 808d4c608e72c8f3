package cloudformation_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/iac/cloudformation"
	"github.com/ringfence/ringfence/internal/principal"
)

func show(v iac.Value) string {
	switch _, ok := v.Value(); {
	case v.IsAbsent():
		return "absent"
	case !ok:
		return v.Fill("*")
	}
	return v.Fill("")
}

func read(t *testing.T, text string, options cloudformation.Options) *iac.Plan {
	t.Helper()
	p, err := cloudformation.Read("dir/t.yaml", []byte(text), options)
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return p
}

// sections come before the resources of the templates of [TestBoundary].
const sections = `
Transform: AWS::LanguageExtensions
Parameters:
  Given: {Type: String}
  Default: {Type: String, Default: arn:d}
  Open: {Type: String}
  Number: {Type: Number, Default: 1}
  List: {Type: CommaDelimitedList, Default: "a, b"}
  Store: {Type: "AWS::SSM::Parameter::Value<String>", Default: /x}
Mappings:
  M: {prod: {Arn: arn:m}, list: {L: [x, y]}, "123456789012": {Arn: arn:acc}}
Conditions:
  Yes: !Equals [!Ref Given, given]
  No: !Not [Condition: Yes]
  Maybe: !Equals [!Ref Open, x]
  Loop: !Not [!Condition Loop]
  And: !And [!Condition Yes, !Condition Maybe]
  AndNo: !And [!Condition Maybe, !Condition No]
  Or: !Or [!Condition Maybe, !Condition Yes]
  OrMaybe: {"Fn::Or": [{Condition: Maybe}, {Condition: No}]}
  Account: !Equals [!Ref AWS::AccountId, "123456789012"]
  Prefix: !Equals [!Sub "a-${Open}", "b-x"]
Resources:
  Policy:
    Type: AWS::IAM::ManagedPolicy
    Properties: {ManagedPolicyName: p, Path: /x/, PolicyDocument: {}}
  Unnamed:
    Type: AWS::IAM::ManagedPolicy
    Properties: {PolicyDocument: {}}
  Bucket: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
`

// TestBoundary evaluates the property PermissionsBoundary.
func TestBoundary(t *testing.T) {
	for value, want := range map[string]string{
		"arn:x":                             "arn:x",
		"":                                  "absent",
		`""`:                                "absent",
		"!Ref AWS::NoValue":                 "absent",
		"{Ref: AWS::NoValue}":               "absent",
		"!Ref Given":                        "given",
		"!Ref Default":                      "arn:d",
		"!Ref Open":                         "*",
		"!Ref Store":                        "*",
		"!Ref Missing":                      "*",
		"!Ref Bucket":                       "*",
		"!Ref AWS::StackName":               "*",
		"!Ref Policy":                       "arn:aws:iam::000000000000:policy/x/p",
		"!GetAtt Policy.PolicyArn":          "arn:aws:iam::000000000000:policy/x/p",
		"{Fn::GetAtt: [Policy, PolicyArn]}": "arn:aws:iam::000000000000:policy/x/p",
		"!GetAtt Bucket.Arn":                "*",
		"!Ref Unnamed":                      "arn:aws:iam::000000000000:policy/*",
		`!Sub "arn:${AWS::Partition}:${Given}:${!Literal}"`:            "arn:aws:given:${Literal}",
		`!Sub ["${A}-${Given}-${Policy.PolicyArn}", {A: !Ref Number}]`: "1-given-arn:aws:iam::000000000000:policy/x/p",
		`!Sub "a-${Open}-b"`:                              "a-*-b",
		`!Sub "a-${AWS::NoValue}"`:                        "a-*",
		`!Join [":", [a, !Ref Given, c]]`:                 "a:given:c",
		`!Join ["-", !Ref List]`:                          "a-b",
		`!Join ["-", [a, !Ref AWS::NoValue, b]]`:          "a-b",
		`!Join ["", ["a", !Ref Open]]`:                    "a*",
		`!Join [!Ref Given, [a]]`:                         "*",
		`!If [Yes, arn:y, !Ref AWS::NoValue]`:             "arn:y",
		`!If [No, arn:y, !Ref AWS::NoValue]`:              "absent",
		`!If [Maybe, arn:y, !Ref AWS::NoValue]`:           "*",
		`!If [Maybe, arn:y, arn:y]`:                       "arn:y",
		`!If [Loop, a, b]`:                                "*",
		`!If [Unknown, a, b]`:                             "*",
		`!If [And, a, b]`:                                 "*",
		`!If [AndNo, a, b]`:                               "b",
		`!If [Or, a, b]`:                                  "a",
		`!If [OrMaybe, a, b]`:                             "*",
		`!If [Account, a, b]`:                             "*",
		`!If [Prefix, a, b]`:                              "b",
		`!If [Yes, a]`:                                    "*",
		`!Select [1, [a, b]]`:                             "b",
		`!Select ["0", !Ref List]`:                        "a",
		`!Select [2, [a, b]]`:                             "*",
		`!Select [1, !Split ["/", "a/b/c"]]`:              "b",
		`!Select [0, !Split ["/", !Ref Open]]`:            "*",
		`!FindInMap [M, prod, Arn]`:                       "arn:m",
		`!FindInMap [M, !Ref Open, Arn]`:                  "*",
		`!FindInMap [M, !Ref AWS::AccountId, Arn]`:        "*",
		`!FindInMap [M, dev, Arn]`:                        "*",
		`!FindInMap [M, dev, Arn, {DefaultValue: arn:f}]`: "arn:f",
		`!Select [1, !FindInMap [M, list, L]]`:            "y",
		`!ImportValue x`:                                  "*",
		`!Base64 x`:                                       "*",
		`{Fn::Transform: {Name: X}}`:                      "*",
		`"{{resolve:ssm:/x}}"`:                            "*",
		`"a-{{resolve:ssm:/x}}-b"`:                        "a-*-b",
		`!Sub "{{resolve:ssm:/x}}-${Given}"`:              "*-given",
		"[a]":                                             "*",
		"{a: b}":                                          "*",
		"*anchor":                                         "arn:z",
	} {
		text := "Metadata: {A: &anchor arn:z}" + sections + "      PermissionsBoundary: " + value + "\n"
		plan := read(t, text, cloudformation.Options{Parameters: map[string]iac.Value{"Given": iac.Known("given")}})
		b := plan.Principals[0].Boundary
		if got := show(b); got != want {
			t.Errorf("%s: %s, want %s", value, got, want)
		}
		if _, known := b.Value(); !known && b.Why == "" {
			t.Errorf("%s: unknown without a reason", value)
		}
	}
}

// What the options say is used, and decides conditions.
func TestOptions(t *testing.T) {
	text := sections + `
      PermissionsBoundary: !Sub "${AWS::Partition}:${AWS::AccountId}:${AWS::Region}:${AWS::StackName}"
      RoleName: !If [Account, a, b]
      Path: !FindInMap [M, !Ref AWS::AccountId, Arn]
`
	o := cloudformation.Options{Account: "123456789012", Region: "cn-north-1", StackName: "s", Parameters: map[string]iac.Value{"Given": iac.Unknown("why")}}
	p := read(t, text, o).Principals[0]
	if show(p.Boundary) != "aws-cn:123456789012:cn-north-1:s" || show(p.Name) != "a" || show(p.Path) != "arn:acc" {
		t.Errorf("%s %s %s", show(p.Boundary), show(p.Name), show(p.Path))
	}
	if show(p.Account) != "123456789012" || show(p.Partition) != "aws-cn" || p.Line == 0 || p.File != "dir/t.yaml" || p.Address != "Role" {
		t.Errorf("%+v", p)
	}
}

func TestNamesAndTags(t *testing.T) {
	text := `
Parameters: {Key: {Type: String}}
Resources:
  App: {Type: AWS::IAM::Role, Properties: {Tags: [{Key: a, Value: "1"}]}}
  User: {Type: AWS::IAM::User, Properties: {UserName: u, Path: /p/, Tags: [{Key: !Ref Key, Value: x}]}}
  AVeryLongLogicalIdOfARoleThatIsShortenedInItsName: {Type: AWS::IAM::Role}
`
	plan := read(t, text, cloudformation.Options{StackName: "shop", Tags: map[string]string{"team": "x"}})
	app, user, long := plan.Principals[0], plan.Principals[1], plan.Principals[2]
	if show(app.Name) != "shop-App-*" || show(app.Tags["a"]) != "1" || show(app.Tags["team"]) != "x" || app.TagsUnknown != "" {
		t.Errorf("%s %v", show(app.Name), app.Tags)
	}
	if show(user.Name) != "u" || show(user.Path) != "/p/" || user.TagsUnknown == "" || user.Kind != "user" {
		t.Errorf("%+v", user)
	}
	if show(long.Name) != "*" {
		t.Errorf("%s", show(long.Name))
	}
	if p := read(t, text, cloudformation.Options{}).Principals[0]; show(p.Name) != "*" || !strings.Contains(p.TagsUnknown, "--stack-tag") {
		t.Errorf("%s %s", show(p.Name), p.TagsUnknown)
	}
}

func TestIdentityPolicies(t *testing.T) {
	text := `
Resources:
  A:
    Type: AWS::IAM::Role
    Properties:
      RoleName: a
      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"]
      Policies: [{PolicyName: x, PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: !Sub "arn:${AWS::Partition}:s3:::x"}]}}]
  B: {Type: AWS::IAM::Role, Properties: {RoleName: b}}
  C: {Type: AWS::IAM::Role, Properties: {RoleName: c, Policies: [{PolicyName: x, PolicyDocument: {Statement: !Ref X}}]}}
  D: {Type: AWS::IAM::Role}
  U: {Type: AWS::IAM::User, Properties: {UserName: u, Groups: [g]}}
  V: {Type: AWS::IAM::User, Properties: {UserName: v}}
  P: {Type: AWS::IAM::Policy, Properties: {PolicyDocument: {Version: "2012-10-17"}, Roles: [!Ref B, a]}}
  Q: {Type: AWS::IAM::RolePolicy, Properties: {PolicyDocument: {Version: "2012-10-17"}, RoleName: !Ref B}}
  M: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Version: "2012-10-17"}, Roles: [!Ref B]}}
  G: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: g, Users: [!Ref V]}}
`
	got := map[string]string{}
	for _, p := range read(t, text, cloudformation.Options{}).Principals {
		got[p.Address] = fmt.Sprintf("%d %s", len(p.Identity), p.IdentityUnknown)
	}
	for id, want := range map[string]string{
		"A": "3 ", "B": "3 ", "C": "0 an inline policy is not known: the template has no parameter or resource X",
		"D": "0 P may be for it", "U": "0 it is in groups, whose policies are not read from a template", "V": "0 it is in a group, whose policies are not read from a template",
	} {
		if got[id] != want {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
	p := read(t, text, cloudformation.Options{}).Principals[0]
	i := slices.IndexFunc(p.Identity, func(x principal.IdentityPolicy) bool { return x.Name == "x" })
	if i < 0 || string(p.Identity[i].Document) != `{"Statement":[{"Action":"s3:*","Effect":"Allow","Resource":"arn:aws:s3:::x"}],"Version":"2012-10-17"}` {
		t.Errorf("%+v", p.Identity)
	}
}

func TestResourceConditions(t *testing.T) {
	text := `
Parameters: {Stage: {Type: String}}
Conditions: {Never: !Equals [a, b], Perhaps: !Equals [!Ref Stage, prod]}
Resources:
  A: {Type: AWS::IAM::Role, Condition: Never}
  B: {Type: AWS::IAM::Role, Condition: Perhaps}
`
	plan := read(t, text, cloudformation.Options{})
	if len(plan.Principals) != 1 || !strings.Contains(strings.Join(plan.Principals[0].Notes, ""), "--parameter Stage=VALUE") {
		t.Errorf("%+v", plan.Principals)
	}
}

func TestForEach(t *testing.T) {
	text := `
Transform: [AWS::LanguageExtensions]
Parameters: {Teams: {Type: CommaDelimitedList, Default: "carts,search-api"}, Open: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Teams:
    - Team
    - !Ref Teams
    - Role&{Team}:
        Type: AWS::IAM::Role
        Properties:
          RoleName: !Sub "${Team}-role"
          Path: !Join ["", [/, !Ref Team, /]]
          Fn::ForEach::Tags:
            - Tag
            - [x]
            - Tags: [{Key: !Ref Tag, Value: "${Team}"}]
  Fn::ForEach::Open: [X, !Ref Open, {"R${X}": {Type: AWS::IAM::Role}}]
`
	plan := read(t, text, cloudformation.Options{})
	var got []string
	for _, p := range plan.Principals {
		got = append(got, fmt.Sprintf("%s %s%s", p.Address, show(p.Path), show(p.Name)))
	}
	if strings.Join(got, ", ") != "Rolecarts /carts/carts-role, Rolesearchapi /search-api/search-api-role" {
		t.Errorf("%s", got)
	}
	if len(plan.Partial) != 1 || !strings.Contains(plan.Partial[0], "--parameter Open=VALUE") {
		t.Errorf("%s", plan.Partial)
	}
}

func TestWhatMayAddResources(t *testing.T) {
	for text, want := range map[string]string{
		"Transform: MyMacro\nResources: {}":                                                          "the macro MyMacro",
		"Transform: [AWS::LanguageExtensions, {Name: Mine}]\nResources: {}":                          "the macro Mine",
		"Resources: {Fn::Transform: {Name: AWS::Include}}":                                           "Fn::Transform adds resources",
		"Resources: {X: {Fn::Transform: {Name: Y}}}":                                                 "the type of the resource X is not known",
		"Resources: {M: {Type: My::S3::Bucket::MODULE}}":                                             "M is a module",
		"Resources: {S: {Type: AWS::CloudFormation::StackSet}}":                                      "S deploys a template to other accounts",
		"Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: https://x/y}}}": "not a local file",
		"Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: x.yaml}}}":      "cannot be read",
		"Resources: {F: {Type: AWS::Serverless::Function}}":                                          "lacks Transform",
		"Transform: AWS::Serverless-2016-10-31\nResources: {G: {Type: AWS::Serverless::GraphQLApi}}": "SAM may make roles for G",
		"Transform: AWS::Serverless-2016-10-31\nResources: {G: {Type: AWS::Serverless::Api}}":        "",
	} {
		plan := read(t, text, cloudformation.Options{})
		if got := strings.Join(plan.Partial, "; "); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q", text, got)
		}
	}
	role := "Resources: {R: {Type: AWS::IAM::Role, Properties: {Path: /x/, Fn::Transform: {Name: AWS::Include}}}}"
	if p := read(t, role, cloudformation.Options{}).Principals[0]; show(p.Boundary) != "*" || show(p.Path) != "/x/" {
		t.Errorf("a macro in the properties: %s %s", show(p.Boundary), show(p.Path))
	}
}

func TestNestedStacks(t *testing.T) {
	files := map[string]string{
		"nested/a.yaml": `
Parameters: {Boundary: {Type: String}, Other: {Type: String}}
Resources:
  R: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: !Ref Boundary, RoleName: !Ref Other}}
  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}
`,
		"nested/b.yaml": `Resources: {Q: {Type: AWS::IAM::Role}, P: {Type: AWS::IAM::ManagedPolicy}, T: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b.yaml}}}`,
	}
	open := func(path string) ([]byte, error) {
		if text, ok := files[path]; ok {
			return []byte(text), nil
		}
		return nil, errors.New("no " + path)
	}
	plan := read(t, `
Resources:
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested/a.yaml, Parameters: {Boundary: arn:n, Other: !ImportValue x}}}
`, cloudformation.Options{Open: open, StackName: "s"})
	first, second := plan.Principals[0], plan.Principals[1]
	if first.Address != "N/R" || first.File != "dir/nested/a.yaml" || show(first.Boundary) != "arn:n" || show(first.Name) != "*" {
		t.Errorf("%+v", first)
	}
	if second.Address != "N/S/Q" || second.File != "dir/nested/b.yaml" || show(second.Name) != "*" {
		t.Errorf("%+v", second)
	}
	if len(plan.Policies) == 0 || len(plan.Partial) != 1 || !strings.Contains(plan.Partial[0], "too deeply") {
		t.Errorf("%d, %s", len(plan.Policies), plan.Partial)
	}
}

func TestBadTemplates(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "empty",
		"[]":                       "not a mapping",
		"a: [":                     "cannot be read as a template",
		"a: b":                     "no Resources",
		"Resources: x":             "Resources is not a mapping",
		"Resources: {}\n---\na: b": "more than one YAML document",
		"Resources: &a\n  x: *a\n": "contains it",
	} {
		if _, err := cloudformation.Read("t", []byte(text), cloudformation.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A small text must not take long, nor much memory.
func TestBombs(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("Metadata:\n  a0: &a0 [x, x]\n")
	for i := 1; i < 30; i++ {
		fmt.Fprintf(&bomb, "  a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i-1, i-1, i-1)
	}
	bomb.WriteString("Resources: {R: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: *a29}}}\n")
	deep := "Resources: {R: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}}}"
	for _, text := range []string{bomb.String(), deep} {
		plan, err := cloudformation.Read("t", []byte(text), cloudformation.Options{})
		if err == nil && len(plan.Partial) == 0 {
			t.Errorf("%d bytes are evaluated", len(text))
		}
	}
}

// FuzzRead: no template makes the reader fail in another way than with an error, and what is unknown has a
// reason.
func FuzzRead(f *testing.F) {
	f.Add(sections + "      PermissionsBoundary: !Ref Open\n")
	f.Add("Transform: AWS::Serverless-2016-10-31\nGlobals: {Function: {RolePath: /x/}}\nResources: {F: {Type: AWS::Serverless::Function, Properties: {Role: !If [A, !Ref AWS::NoValue, b], Events: {E: {Type: ScheduleV2}}}}}")
	f.Add("Resources:\n  Fn::ForEach::X: [A, [a, b], {\"R${A}\": {Type: AWS::IAM::User}}]\n  <<: {R: {Type: AWS::IAM::Role}}\n")
	f.Add(`{"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Fn::Sub": ["${A.B}", {"A.B": {"Fn::Join": ["", []]}}]}}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		plan, err := cloudformation.Read("t", []byte(text), cloudformation.Options{})
		if err != nil {
			return
		}
		for _, p := range plan.Principals {
			for _, v := range []iac.Value{p.Boundary, p.Name, p.Path} {
				if _, known := v.Value(); !known && v.Why == "" {
					t.Errorf("%s: unknown without a reason:\n%s", p.Address, text)
				}
			}
		}
	})
}

// What a macro, a duplicate or an unknown collection may add is never taken for absent.
func TestWhatAddsToATemplate(t *testing.T) {
	const role = "Type: AWS::IAM::Role, Properties: {RoleName: a, Path: /x/"
	const bound = `PermissionsBoundary: "arn:b"`
	for _, c := range []struct{ what, text, boundary, partial string }{
		{"an include at the top", "Fn::Transform: {Name: AWS::Include}\nResources: {A: {" + role + "}}}", "absent", "line 1: Fn::Transform adds to the template"},
		{"an include in a resource", "Resources: {A: {Fn::Transform: {Name: AWS::Include}, " + role + "}}}", "absent", "Fn::Transform adds to the resource A"},
		{"an include in globals", "Globals: {Function: {Fn::Transform: {Name: AWS::Include}}}\nResources: {A: {" + role + "}}}", "absent", "Fn::Transform adds to the template"},
		{"a property twice", "Resources: {A: {" + role + ", " + bound + ", PermissionsBoundary: x}}}", "x", "line 1: PermissionsBoundary occurs twice"},
		{"a resource twice", "Resources:\n  A: {" + role + "}}\n  A: {" + role + ", " + bound + "}}", "arn:b", "line 3: A occurs twice"},
		{"a key that a merge has too", "x: &x {PermissionsBoundary: y}\nResources: {A: {Type: AWS::IAM::Role, Properties: {<<: *x, " + bound + "}}}", "arn:b", ""},
		{"properties in a loop", "Resources: {A: {" + role + `, "Fn::ForEach::P": [N, [PermissionsBoundary], {"${N}": "arn:b"}]}}}`, "arn:b", ""},
		{"properties in a loop over what is unknown", "Parameters: {L: {Type: CommaDelimitedList}}\nResources: {B: {" + role + `, "Fn::ForEach::P": [N, !Ref L, {"${N}": "arn:b"}]}}, A: {` + role + `, "Fn::ForEach::P": [N, !Ref L, {"${N}": "arn:b"}]}}}`, "*", "unknown number of resources"},
	} {
		p := read(t, c.text, cloudformation.Options{})
		got := p.Principals[len(p.Principals)-1].Boundary
		if partial := strings.Join(p.Partial, "; "); show(got) != c.boundary || !strings.Contains(partial, c.partial) || c.partial == "" && partial != "" {
			t.Errorf("%s: %s; %s", c.what, show(got), partial)
		}
	}
}

// A document with a part that is not known is not known.
func TestDocumentInALoop(t *testing.T) {
	const text = "Parameters: {L: {Type: CommaDelimitedList}}\n" +
		`Resources: {P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: {"Fn::ForEach::S": [N, !Ref L, {"${N}": x}], Effect: Allow}}}}}`
	if p := read(t, text, cloudformation.Options{}); show(p.Policies[0].Document) != "*" || p.Policies[0].Document.Why == "" {
		t.Errorf("the document is %s", show(p.Policies[0].Document))
	}
}

// What follows from a parameter with NoEcho is sensitive, also in a nested stack.
func TestNoEcho(t *testing.T) {
	const parameters = "Parameters: {S: {Type: String, NoEcho: true, Default: secret}, L: {Type: CommaDelimitedList, NoEcho: true, Default: 'secret, b'}, O: {Type: String, Default: x}}\n"
	for value, want := range map[string]bool{
		"!Ref S": true, "!Ref O": false, `!Sub "a-${S}"`: true, `!Sub "a-${O}"`: false, "!Select [1, !Ref L]": true,
		`!Join ["-", [a, !Ref S]]`: true, `!Select [0, !Split ["c", !Ref S]]`: true, `!Sub ["${V}", {V: !Ref S}]`: true,
	} {
		p := read(t, parameters+"Resources: {A: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: "+value+"}}}", cloudformation.Options{})
		if got := p.Principals[0].Boundary; got.Sensitive != want || !slices.Contains(p.Sensitive, "secret") {
			t.Errorf("%s: sensitive %v, want %v; %q", value, got.Sensitive, want, p.Sensitive)
		}
	}
	outer := parameters + `Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: in.yaml, Parameters: {B: !Sub "arn:${S}"}}}, M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: !Ref S}}}`
	inner := "Parameters: {B: {Type: String}}\nResources: {A: {Type: AWS::IAM::Role, Properties: {PermissionsBoundary: !Ref B}}}"
	p := read(t, outer, cloudformation.Options{Open: func(string) ([]byte, error) { return []byte(inner), nil }})
	if b := p.Principals[0].Boundary; show(b) != "arn:secret" || !b.Sensitive || !slices.Contains(p.Sensitive, "arn:secret") {
		t.Errorf("in a nested stack: %+v, %q", b, p.Sensitive)
	}
	if partial := strings.Join(p.Partial, "; "); !strings.Contains(partial, "M is a nested stack, and a parameter with NoEcho") || strings.Contains(partial, "secret") {
		t.Error(partial)
	}
	loop := parameters + `Resources: {"Fn::ForEach::X": [N, !Ref L, {"R${N}": {Type: AWS::IAM::Role}}]}`
	if p := read(t, loop, cloudformation.Options{}); len(p.Principals) > 0 || len(p.Partial) != 1 || strings.Contains(p.Partial[0], "secret") {
		t.Errorf("in a loop: %+v", p)
	}
}
