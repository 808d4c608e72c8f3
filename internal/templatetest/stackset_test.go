package templatetest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// templateOf reads a template, however few resources it has.
func templateOf(t *testing.T, path string) (out template) {
	t.Helper()
	decode(t, path, &out)
	return out
}

// The stack set gives the spoke each of its parameters, which take the same values as in the spoke
// and in the hub.
func TestTheStackSetDeploysTheSpoke(t *testing.T) {
	set, member, hub := templateOf(t, infra+"/org/stackset.yaml"), templateOf(t, spokeFile), templateOf(t, templateFile)
	p := set.Resources["Spoke"].Properties
	given := map[string]any{}
	for _, v := range p["Parameters"].([]any) {
		m := v.(map[string]any)
		given[m["ParameterKey"].(string)] = m["ParameterValue"]
	}
	for name, declared := range member.Parameters {
		want := map[string]any{"Ref": name}
		if name == "HubRegion" {
			want = map[string]any{"Ref": "AWS::Region"}
		}
		if diff := cmp.Diff(any(want), given[name]); diff != "" {
			t.Errorf("%s (-want +given):\n%s", name, diff)
		}
		for _, of := range []template{set, hub} {
			other := of.Parameters[name]
			if other == nil {
				continue
			}
			for _, what := range []string{"Default", "MaxLength", "AllowedValues"} {
				if optional := of.Parameters["RequiredBoundaryArn"] != nil && what == "Default" && declared[what] == nil; !optional && !cmp.Equal(declared[what], other[what]) {
					t.Errorf("%s has the %s %v, and elsewhere %v", name, what, declared[what], other[what])
				}
			}
		}
		delete(given, name)
	}
	if len(given) > 0 {
		t.Errorf("the spoke has no parameters %v", given)
	}
	for name, want := range map[string]any{
		"PermissionModel": "SERVICE_MANAGED", "AutoDeployment": map[string]any{"Enabled": true, "RetainStacksOnAccountRemoval": false},
		"ManagedExecution": map[string]any{"Active": true}, "Capabilities": []any{"CAPABILITY_NAMED_IAM"}, "CallAs": map[string]any{"Ref": "CallAs"},
	} {
		if diff := cmp.Diff(want, p[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if set.Parameters["CallAs"]["Default"] != "DELEGATED_ADMIN" {
		t.Error("the delegated administrator does not deploy it by default")
	}
	// What the hub and the SCPs take for stacks of the spoke.
	if named := p["StackSetName"].(map[string]any)["Fn::Sub"]; named != "${HubStackName}-member" {
		t.Errorf("the stack set is called %v", named)
	}
	set.checkPatterns(t, map[string]values{
		"OrganizationalUnitIds": {good: []string{"r-a1b2", "ou-a1b2-c3d4e5f6"}, bad: []string{"", "Workloads", "*", "o-a1b2c3d4e5"}},
		"Regions":               {good: []string{"us-east-1", "us-gov-west-1"}, bad: []string{"", "*", "useast1"}},
		"TemplateUrl":           {good: []string{"https://bucket.s3.eu-west-1.amazonaws.com/spoke.yaml", "https://b.s3.cn-north-1.amazonaws.com.cn/x/spoke.yaml"}, bad: []string{"spoke.yaml", "http://b.s3.amazonaws.com/x", "https://example.com/spoke.yaml"}},
	})
}

// The manifest for Control Tower gives the spoke the parameters that it needs, in IAM's region, and
// names files that exist.
func TestTheControlTowerManifest(t *testing.T) {
	data, err := os.ReadFile(infra + "/org/control-tower/manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Region    string `yaml:"region"`
		Version   string `yaml:"version"`
		Resources []struct {
			Name       string `yaml:"name"`
			File       string `yaml:"resource_file"`
			Method     string `yaml:"deploy_method"`
			Parameters []struct {
				Key   string `yaml:"parameter_key"`
				Value string `yaml:"parameter_value"`
			} `yaml:"parameters"`
			Targets struct {
				Units []string `yaml:"organizational_units"`
			} `yaml:"deployment_targets"`
			Regions []string `yaml:"regions"`
		} `yaml:"resources"`
	}
	if err := yaml.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	if m.Version != "2021-03-15" || m.Region != "us-east-1" {
		t.Errorf("version %s, region %s", m.Version, m.Region)
	}
	where := map[string]string{"templates/": "org/", "policies/": ""} // as the manifest's comment says
	var methods []string
	for _, r := range m.Resources {
		methods = append(methods, r.Method)
		found := false
		for from, to := range where {
			if rest, ok := strings.CutPrefix(r.File, from); ok {
				_, err := os.Stat(filepath.Join(infra, to, rest))
				found = err == nil
			}
		}
		if !found || len(r.Targets.Units) == 0 {
			t.Errorf("%s: %s for %v", r.Name, r.File, r.Targets.Units)
		}
	}
	if !slices.Equal(methods, []string{"stack_set", "scp", "scp", "rcp"}) {
		t.Errorf("the resources are deployed as %v", methods)
	}
	spoke := m.Resources[0]
	if spoke.Name != name+"-member" || len(spoke.Regions) == 0 || spoke.Regions[0] != "us-east-1" {
		t.Errorf("%s is deployed to %v", spoke.Name, spoke.Regions)
	}
	declared, given := templateOf(t, spokeFile).Parameters, map[string]bool{}
	for _, p := range spoke.Parameters {
		given[p.Key] = true
		if declared[p.Key] == nil {
			t.Errorf("the spoke has no parameter %s", p.Key)
		}
		if pattern, ok := declared[p.Key]["AllowedPattern"].(string); ok && !strings.HasPrefix(p.Value, "$[") && !regexp.MustCompile(pattern).MatchString(p.Value) {
			t.Errorf("%s refuses %q", p.Key, p.Value)
		}
	}
	for p, d := range declared {
		if d["Default"] == nil && !given[p] {
			t.Errorf("the parameter %s needs a value", p)
		}
	}
	// What brings it there may do so under the SCPs, and what it makes is one of Ringfence's parts.
	control := single(t).settings("Enforce").Control
	for _, stack := range []string{"StackSet-CustomControlTower-" + name + "-member-0a1b", "StackSet-" + name + "-member-0a1b", name + "-member"} {
		if !touches(t, control, "cloudformation", "DeleteStack", map[string]any{"stackName": stack}) {
			t.Errorf("%s is not known as a part", stack)
		}
	}
	if touches(t, control, "cloudformation", "DeleteStack", map[string]any{"stackName": "StackSet-other-" + name + "-member-1"}) {
		t.Error("a stack set of another name is a part")
	}
}
