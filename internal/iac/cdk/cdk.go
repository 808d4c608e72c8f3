// Package cdk reads cloud assemblies: the folder cdk.out that "cdk synth" writes.
// https://docs.aws.amazon.com/cdk/v2/guide/configure-synth.html
package cdk

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
	"github.com/ringfence/ringfence/internal/iac/cloudformation"
	"github.com/ringfence/ringfence/internal/principal"
)

// manifest is the part of manifest.json that is read here.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssemblyManifest.html
type manifest struct {
	Version   string              `json:"version"`
	Artifacts map[string]artifact `json:"artifacts"`
}

type artifact struct {
	Type        string `json:"type"`
	Environment string `json:"environment"`
	Properties  struct {
		File          string            `json:"file"`
		TemplateFile  string            `json:"templateFile"`
		StackName     string            `json:"stackName"`
		Parameters    map[string]string `json:"parameters"`
		Tags          map[string]string `json:"tags"`
		DirectoryName string            `json:"directoryName"`
	} `json:"properties"`
}

// Is reports whether a text looks like the manifest of an assembly.
func Is(text []byte) bool {
	var m manifest
	return json.Unmarshal(text, &m) == nil && m.Version != "" && m.Artifacts != nil
}

// maxStages bounds the nesting of stages, each of which is an assembly of its own, and maxAssemblies their
// number: a manifest can refer to itself.
const (
	maxStages     = 10
	maxAssemblies = 500
)

// Read reads the stacks of an assembly. folder is its path, for the places. open reads a file by its
// path relative to the folder.
func Read(folder string, open func(path string) ([]byte, error), options cloudformation.Options) ([]*iac.Plan, error) {
	plans, err := read(folder, open, options, 0, new(int))
	if err == nil && len(plans) == 0 {
		err = errors.New("the assembly has no stacks")
	}
	return plans, err
}

func read(folder string, open func(path string) ([]byte, error), options cloudformation.Options, depth int, assemblies *int) (plans []*iac.Plan, err error) {
	if *assemblies++; depth > maxStages || *assemblies > maxAssemblies {
		return nil, errors.New("stages are nested too deeply, or there are too many")
	}
	text, err := open("manifest.json")
	if err != nil {
		return nil, fmt.Errorf("the manifest of the assembly cannot be read: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("manifest.json: %w", err)
	}
	if options.Assets, err = m.assets(open); err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(m.Artifacts)) {
		a := m.Artifacts[id]
		switch a.Type {
		case "aws:cloudformation:stack":
			p, err := a.stack(folder, id, open, options)
			if err != nil {
				return nil, fmt.Errorf("stack %s: %w", id, err)
			}
			plans = append(plans, p)
		case "cdk:cloud-assembly":
			inner := a.Properties.DirectoryName
			more, err := read(path.Join(folder, inner), within(inner, open), options, depth+1, assemblies)
			if err != nil {
				return nil, fmt.Errorf("stage %s: %w", id, err)
			}
			plans = append(plans, more...)
		}
	}
	return plans, nil
}

// assets returns the paths of templates by their hash.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.AssetManifest.html
func (m *manifest) assets(open func(path string) ([]byte, error)) (map[string]string, error) {
	all := map[string]string{}
	for id, a := range m.Artifacts {
		if a.Type != "cdk:asset-manifest" || a.Properties.File == "" {
			continue
		}
		text, err := open(a.Properties.File)
		if err != nil {
			return nil, fmt.Errorf("the assets of %s cannot be read: %w", id, err)
		}
		var manifest struct {
			Files map[string]struct {
				Source struct {
					Path string `json:"path"`
				} `json:"source"`
			} `json:"files"`
		}
		if err := json.Unmarshal(text, &manifest); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Properties.File, err)
		}
		for hash, file := range manifest.Files {
			if strings.HasSuffix(file.Source.Path, ".template.json") {
				all[hash] = file.Source.Path
			}
		}
	}
	return all, nil
}

// within returns a function that opens files in a folder.
func within(folder string, open func(string) ([]byte, error)) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) { return open(path.Join(folder, name)) }
}

// stack reads the template of a stack for its environment, such as aws://123456789012/us-east-1. An
// environment that is not known has unknown-account or unknown-region.
func (a *artifact) stack(folder, id string, open func(string) ([]byte, error), options cloudformation.Options) (*iac.Plan, error) {
	if a.Properties.TemplateFile == "" {
		return nil, errors.New("it has no templateFile")
	}
	text, err := open(a.Properties.TemplateFile)
	if err != nil {
		return nil, err
	}
	account, region, _ := strings.Cut(strings.TrimPrefix(a.Environment, "aws://"), "/")
	if principal.IsAccount(account) {
		options.Account = account
	}
	if region != "" && region != "unknown-region" {
		options.Region = region
	}
	if options.StackName = a.Properties.StackName; options.StackName == "" {
		options.StackName = id
	}
	if options.Tags = a.Properties.Tags; options.Tags == nil {
		options.Tags = map[string]string{} // the assembly lists the tags of the stack
	}
	given := options.Parameters
	options.Parameters = map[string]iac.Value{}
	for name, value := range a.Properties.Parameters {
		options.Parameters[name] = iac.Known(value)
	}
	maps.Copy(options.Parameters, given)
	options.Empty = true // the CDK also writes stacks without resources
	options.Open = within(path.Dir(a.Properties.TemplateFile), open)
	p, err := cloudformation.Read(path.Join(folder, a.Properties.TemplateFile), text, options)
	if err != nil {
		return nil, err
	}
	p.Format = "CDK stack " + id
	return p, nil
}
