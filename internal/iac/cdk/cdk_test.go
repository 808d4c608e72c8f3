package cdk_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/iac/cdk"
	"github.com/ringfence/ringfence/internal/iac/cloudformation"
)

// assembly is a cloud assembly by the paths of its files.
type assembly map[string]string

func (a assembly) open(path string) ([]byte, error) {
	if text, ok := a[path]; ok {
		return []byte(text), nil
	}
	return nil, errors.New("no file " + path)
}

const role = `{"Resources": {"R": {"Type": "AWS::IAM::Role", "Metadata": {"aws:cdk:path": "App/R/Resource"},
	"Properties": {"PermissionsBoundary": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::Region}"}, "Path": {"Ref": "P"}}}},
	"Parameters": {"P": {"Type": "String"}}}`

func manifest(artifacts string) string {
	return `{"version": "55.0.0", "artifacts": {` + artifacts + `}}`
}

func TestRead(t *testing.T) {
	a := assembly{
		"manifest.json": manifest(`
			"Known": {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/cn-north-1",
				"properties": {"templateFile": "known.json", "stackName": "known-stack", "tags": {"team": "x"}, "parameters": {"P": "/p/"}}},
			"Open": {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "known.json"}},
			"Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}},
			"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}`),
		"known.json":                   role,
		"assembly-Stage/manifest.json": manifest(`"Inner": {"type": "aws:cloudformation:stack", "environment": "aws://123456789012/us-east-1", "properties": {"templateFile": "inner.json"}}, "A": {"type": "cdk:asset-manifest", "properties": {"file": "a.assets.json"}}`),
		"assembly-Stage/inner.json": `{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties":
			{"TemplateURL": {"Fn::Sub": "https://x.${AWS::URLSuffix}/abc123.json"}, "Parameters": {"P": "/n/"}}}}}`,
		"assembly-Stage/a.assets.json":        `{"files": {"abc123": {"source": {"path": "nested.template.json"}}, "zip": {"source": {"path": "asset.zip"}}}}`,
		"assembly-Stage/nested.template.json": role,
	}
	plans, err := cdk.Read("cdk.out", a.open, cloudformation.Options{})
	if err != nil || len(plans) != 3 {
		t.Fatalf("%d, %v", len(plans), err)
	}
	show := func(v iac.Value) string { return v.Fill("*") }
	var got []string
	for _, plan := range plans {
		for _, p := range plan.Principals {
			got = append(got, fmt.Sprintf("%s in %s: %s %s %s %s [%s]", p.Address, p.File, show(p.Boundary), show(p.Path), show(p.Name), show(p.Account), show(p.Tags["team"])))
		}
		if len(plan.Partial) > 0 {
			t.Errorf("%s: %s", plan.File, plan.Partial)
		}
	}
	want := []string{
		"App/R in cdk.out/known.json: arn:aws-cn:iam::123456789012:policy/cn-north-1 /p/ known-stack-R-* 123456789012 [x]",
		"App/R in cdk.out/known.json: arn:aws:iam::000000000000:policy/* * Open-R-*  []",
		"App/R in cdk.out/assembly-Stage/nested.template.json: arn:aws:iam::123456789012:policy/us-east-1 /n/ * 123456789012 []",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestBadAssemblies(t *testing.T) {
	stack := func(properties string) string {
		return manifest(`"S": {"type": "aws:cloudformation:stack", "properties": {` + properties + `}}`)
	}
	for want, a := range map[string]assembly{
		"manifest of the assembly":     {},
		"manifest.json: invalid":       {"manifest.json": "x"},
		"no stacks":                    {"manifest.json": manifest("")},
		"no templateFile":              {"manifest.json": stack("")},
		"no file s.json":               {"manifest.json": stack(`"templateFile": "s.json"`)},
		"stack S: it cannot be read":   {"manifest.json": stack(`"templateFile": "s.json"`), "s.json": "[]"},
		"assets of A cannot be read":   {"manifest.json": manifest(`"A": {"type": "cdk:asset-manifest", "properties": {"file": "a.json"}}`)},
		"a.json: invalid":              {"manifest.json": manifest(`"A": {"type": "cdk:asset-manifest", "properties": {"file": "a.json"}}`), "a.json": "x"},
		"stages are nested too deeply": {"manifest.json": manifest(`"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}`)},
		"stage A: the manifest":        {"manifest.json": manifest(`"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "x"}}`)},
	} {
		if _, err := cdk.Read("cdk.out", a.open, cloudformation.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if !cdk.Is([]byte(manifest(""))) || cdk.Is([]byte(`{"version": 4}`)) || cdk.Is([]byte(role)) {
		t.Error("Is")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(manifest(`"S": {"type": "aws:cloudformation:stack", "environment": "aws://1/2", "properties": {"templateFile": "s.json"}}`), role)
	f.Add(manifest(`"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": ".."}}`), "{}")
	f.Fuzz(func(_ *testing.T, text, template string) {
		a := assembly{"manifest.json": text, "s.json": template}
		_, _ = cdk.Read("cdk.out", a.open, cloudformation.Options{})
	})
}

// A stack without resources is not an error for the other stacks. What a macro adds to it is not known.
func TestEmptyStack(t *testing.T) {
	stack := func(id string) string {
		return `"` + id + `": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "` + id + `.json"}}`
	}
	a := assembly{
		"manifest.json": manifest(stack("a") + "," + stack("b") + "," + stack("c")),
		"a.json":        `{"Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"}}}`,
		"b.json":        role,
		"c.json":        `{"Fn::Transform": {"Name": "AWS::Include"}}`,
	}
	plans, err := cdk.Read("cdk.out", a.open, cloudformation.Options{})
	if err != nil || len(plans) != 3 {
		t.Fatalf("%d, %v", len(plans), err)
	}
	for i, want := range []struct{ principals, partial int }{{0, 0}, {1, 0}, {0, 1}} {
		if len(plans[i].Principals) != want.principals || len(plans[i].Partial) != want.partial {
			t.Errorf("stack %d: %+v", i, plans[i])
		}
	}
	a["b.json"] = `{"Resources": []}`
	if _, err := cdk.Read("cdk.out", a.open, cloudformation.Options{}); err == nil || !strings.Contains(err.Error(), "Resources is not a mapping") {
		t.Errorf("resources that are none: %v", err)
	}
}
