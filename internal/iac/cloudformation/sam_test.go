package cloudformation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/iac/cloudformation"
)

// TestSAM lists the roles that SAM makes, as address, path, boundary and tags. The translator of SAM makes
// the same ones, except where a role is AWS::NoValue: such a function cannot be deployed.
func TestSAM(t *testing.T) {
	for _, c := range []struct{ what, globals, properties, want string }{
		{"a function", "", "{}", "FRole / absent lambda:createdBy=SAM"},
		{"a role of its own", "", "{Role: arn:x}", ""},
		{"a role of its own, made here", "", "{Role: !GetAtt Other.Arn}", ""},
		{"perhaps a role of its own", "", "{Role: !If [Perhaps, arn:x, !Ref AWS::NoValue]}", "FRole / absent lambda:createdBy=SAM"},
		{"a role of its own in any case", "", "{Role: !If [Perhaps, arn:x, arn:y]}", ""},
		{"no role of its own", "", "{Role: !Ref AWS::NoValue}", "FRole / absent lambda:createdBy=SAM"},
		{"properties", "", "{RolePath: /p/, PermissionsBoundary: arn:b, Tags: {a: b}}", "FRole /p/ arn:b a=b lambda:createdBy=SAM"},
		{"globals", "{RolePath: /g/, PermissionsBoundary: arn:g, Tags: {a: b, c: d}}", "{}", "FRole /g/ arn:g a=b c=d lambda:createdBy=SAM"},
		{"both", "{RolePath: /g/, PermissionsBoundary: arn:g, Tags: {a: b, c: d}}", "{PermissionsBoundary: arn:b, Tags: {a: x}}", "FRole /g/ arn:b a=x c=d lambda:createdBy=SAM"},
		{"a global that the function takes back", "{PermissionsBoundary: arn:g}", "{PermissionsBoundary: !Ref AWS::NoValue}", "FRole / absent lambda:createdBy=SAM"},
		{"a schedule", "", "{Role: arn:x, Events: {E: {Type: ScheduleV2, Properties: {PermissionsBoundary: arn:e}}, A: {Type: Api}}}", "FERole / arn:e "},
		{"a schedule with a role", "", "{Role: arn:x, Events: {E: {Type: ScheduleV2, Properties: {RoleArn: arn:r}}}}", ""},
		{"a deployment", "", "{Role: arn:x, AutoPublishAlias: live, DeploymentPreference: {Type: AllAtOnce}}", "CodeDeployServiceRole / absent "},
		{"a deployment of globals", "{DeploymentPreference: {Type: AllAtOnce}}", "{Role: arn:x}", "CodeDeployServiceRole / absent "},
		{"a deployment with a role", "{DeploymentPreference: {Type: AllAtOnce, Role: arn:r}}", "{Role: arn:x}", ""},
		{"a deployment that is off", "{DeploymentPreference: {Type: AllAtOnce}}", "{Role: arn:x, DeploymentPreference: {Enabled: false}}", ""},
	} {
		text := "Transform: AWS::Serverless-2016-10-31\nParameters: {P: {Type: String}}\nConditions: {Perhaps: !Equals [!Ref P, x]}\n"
		if c.globals != "" {
			text += "Globals: {Function: " + c.globals + "}\n"
		}
		text += "Resources:\n  F: {Type: AWS::Serverless::Function, Properties: " + c.properties + "}\n"
		if got := roles(read(t, text, cloudformation.Options{Tags: map[string]string{}})); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestSAMStateMachines(t *testing.T) {
	text := `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {PermissionsBoundary: arn:g}}
Resources:
  S:
    Type: AWS::Serverless::StateMachine
    Properties:
      PermissionsBoundary: arn:s
      Events:
        A: {Type: Api}
        B: {Type: EventBridgeRule}
        R: {Type: Schedule, Properties: {RoleArn: arn:r}}
        C: {Type: Schedule}
        D: {Type: ScheduleV2, Properties: {PermissionsBoundary: arn:d}}
  T: {Type: AWS::Serverless::StateMachine, Properties: {Role: arn:x}}
`
	plan := read(t, text, cloudformation.Options{Tags: map[string]string{}})
	want := "SRole / arn:s stateMachine:createdBy=SAM; SARole / arn:s ; SBRole / arn:s ; SCRole / arn:s ; SDRole / arn:d "
	if got := roles(plan); got != want || plan.Format != "SAM template" {
		t.Errorf("%q, want %q", got, want)
	}
	for _, p := range plan.Principals {
		if p.Attribute == "" || p.IdentityUnknown == "" || len(p.Notes) == 0 {
			t.Errorf("%+v", p)
		}
	}
}

func roles(plan *iac.Plan) string {
	var all []string
	for _, p := range plan.Principals {
		var tags []string
		for _, key := range []string{"a", "c", "lambda:createdBy", "stateMachine:createdBy"} {
			if v, ok := p.Tags[key]; ok {
				tags = append(tags, key+"="+show(v))
			}
		}
		all = append(all, fmt.Sprintf("%s %s %s %s", p.Address, show(p.Path), show(p.Boundary), strings.Join(tags, " ")))
	}
	return strings.Join(all, "; ")
}

// A connector may give any role of the template a policy.
func TestConnectors(t *testing.T) {
	for text, open := range map[string]bool{
		"F: {Type: AWS::Serverless::Function, Properties: {Role: x}}":                                false,
		"F: {Type: AWS::Serverless::Function, Connectors: {C: {}}, Properties: {Role: x}}":           true,
		"F: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: A}, Destination: {Id: A}}}": true,
	} {
		p := read(t, "Transform: AWS::Serverless-2016-10-31\nResources:\n  A: {Type: AWS::IAM::Role, Properties: {RoleName: a}}\n  "+text, cloudformation.Options{})
		if got := p.Principals[0].IdentityUnknown; (got != "") != open || open && !strings.Contains(got, "connectors of F") {
			t.Errorf("%s: %q", text, got)
		}
	}
}
