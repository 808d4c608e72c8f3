package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/iac/cdk"
	"github.com/ringfence/ringfence/internal/iac/cloudformation"
	"github.com/ringfence/ringfence/internal/iac/terraform"
)

// whatIsAPlan says what check reads.
const whatIsAPlan = "check reads the output of terraform show -json PLANFILE, CloudFormation and SAM templates, and the folder cdk.out"

// plans reads all files. Parameters that no template has are an error: they would have no effect.
func (f *checkFlags) plans(paths []string, states []*authdetails.Details, stdin io.Reader) (all []*iac.Plan, err error) {
	options, err := f.options(states, stdin)
	if err != nil {
		return nil, err
	}
	unused := maps.Clone(options.Parameters)
	for _, path := range paths {
		read, err := readPlan(path, stdin, options, unused)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", clean(path), err)
		}
		all = append(all, read...)
	}
	if len(unused) > 0 {
		return nil, fmt.Errorf("no template has a parameter %s, so --parameter has no effect: correct or remove it", strings.Join(slices.Sorted(maps.Keys(unused)), ", "))
	}
	return all, nil
}

// options returns what the flags say about the deployment of templates.
func (f *checkFlags) options(states []*authdetails.Details, stdin io.Reader) (o cloudformation.Options, err error) {
	o = cloudformation.Options{Account: f.account, Region: f.region, StackName: f.stackName}
	if len(states) == 1 && o.Account == "" {
		o.Account, o.Partition = states[0].Account, states[0].Partition
	}
	values := map[string]string{}
	for _, path := range f.parameterFiles {
		text, err := readInput(path, stdin)
		if err != nil {
			return o, fmt.Errorf("reading --parameter-file: %w", err)
		}
		read, err := parametersIn(text)
		if err != nil {
			return o, fmt.Errorf("%s: %w", path, err)
		}
		maps.Copy(values, read)
	}
	given, err := pairs("parameter", f.parameters)
	if err != nil {
		return o, err
	}
	maps.Copy(values, given)
	o.Parameters = known(values)
	if f.tagsGiven {
		o.Tags, err = pairs("stack-tag", slices.DeleteFunc(slices.Clone(f.tags), func(s string) bool { return s == "" }))
	}
	return o, err
}

// parametersIn reads values of parameters in one of the forms that AWS tools take: a list of
// ParameterKey and ParameterValue, a list of KEY=VALUE, or an object, perhaps under Parameters.
// https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/#options
func parametersIn(text []byte) (map[string]string, error) {
	var entries []struct {
		ParameterKey   string
		ParameterValue *string
	}
	if json.Unmarshal(text, &entries) == nil {
		values := map[string]string{}
		for _, e := range entries {
			if e.ParameterKey == "" || e.ParameterValue == nil {
				return nil, errors.New("an entry lacks ParameterKey or ParameterValue")
			}
			values[e.ParameterKey] = *e.ParameterValue
		}
		return values, nil
	}
	var list []string
	if json.Unmarshal(text, &list) == nil {
		return pairs("parameter-file", list)
	}
	var wrapped struct{ Parameters map[string]string }
	if json.Unmarshal(text, &wrapped) == nil && wrapped.Parameters != nil {
		return wrapped.Parameters, nil
	}
	values := map[string]string{}
	if err := json.Unmarshal(text, &values); err != nil {
		return nil, fmt.Errorf("it is not a parameter file of the AWS CLI: %w", err)
	}
	return values, nil
}

// readPlan reads one plan, template or assembly. It removes the parameters that a template has from
// unused.
func readPlan(path string, stdin io.Reader, options cloudformation.Options, unused map[string]iac.Value) ([]*iac.Plan, error) {
	folder := filepath.Dir(path)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(path, "manifest.json")); err != nil {
			return nil, errors.New("the folder has no manifest.json, so it is not a cdk.out; " + whatIsAPlan)
		}
		folder, path = path, filepath.Join(path, "manifest.json")
	}
	text, err := readInput(path, stdin)
	if err != nil {
		return nil, err
	}
	open := func(string) ([]byte, error) { return nil, errors.New("standard input has no folder") }
	if path != "-" {
		root, err := os.OpenRoot(folder) // a template must not lead to files outside its folder
		if err != nil {
			return nil, err
		}
		defer func() { _ = root.Close() }() // opened for reading only
		open = root.ReadFile
	}
	declared := func(template []byte) {
		for _, name := range cloudformation.Parameters(template) {
			delete(unused, name)
		}
	}
	switch {
	case cdk.Is(text):
		return cdk.Read(filepath.ToSlash(folder), func(name string) ([]byte, error) {
			data, err := open(filepath.FromSlash(name))
			declared(data)
			return data, err
		}, options)
	case terraform.Is(text):
		p, err := terraform.Read(path, text)
		return []*iac.Plan{p}, err
	case strings.HasPrefix(string(text), "PK\x03\x04"):
		return nil, errors.New("it is a binary plan file: convert it with terraform show -json, and check the output")
	}
	declared(text)
	options.Open = open
	p, err := cloudformation.Read(filepath.ToSlash(path), text, options)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, whatIsAPlan)
	}
	return []*iac.Plan{p}, nil
}
