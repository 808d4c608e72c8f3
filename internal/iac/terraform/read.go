// Package terraform reads the JSON form of Terraform and OpenTofu plans, as
// "terraform show -json PLANFILE" prints it.
// https://developer.hashicorp.com/terraform/internals/json-format
package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
)

// how says how to get what Read needs.
const how = "make it with: terraform plan -out=tfplan && terraform show -json tfplan > plan.json"

// Is reports whether a text looks like JSON from Terraform, of whatever kind.
func Is(text []byte) bool {
	var head struct {
		FormatVersion    *string `json:"format_version"`
		TerraformVersion *string `json:"terraform_version"`
		Level            *string `json:"@level"`
	}
	if json.NewDecoder(bytes.NewReader(text)).Decode(&head) != nil {
		return false
	}
	return head.FormatVersion != nil || head.TerraformVersion != nil || head.Level != nil
}

// Read reads a plan. file is its path, for the places. The error says how to make a plan in the right
// format.
func Read(file string, text []byte) (*iac.Plan, error) {
	var kind struct {
		Level  json.RawMessage `json:"@level"`
		Serial json.RawMessage `json:"serial"`
		Values json.RawMessage `json:"values"`
	}
	if json.NewDecoder(bytes.NewReader(text)).Decode(&kind) == nil && kind.Level != nil {
		return nil, errors.New("this is the log of terraform plan -json, which lacks the values; " + how)
	}
	r := &reader{file: file}
	if err := json.Unmarshal(text, &r.plan); err != nil {
		return nil, fmt.Errorf("it is not the JSON of a Terraform plan: %w; %s", err, how)
	}
	switch version, _, _ := strings.Cut(r.plan.FormatVersion, "."); {
	case kind.Serial != nil:
		return nil, errors.New("this is a Terraform state file, not a plan; " + how)
	case version == "":
		return nil, errors.New("it has no format_version, so it is not the JSON of a Terraform plan; " + how)
	case version != "0" && version != "1":
		return nil, fmt.Errorf("format_version %s of Terraform's JSON is not known (1.x is)", r.plan.FormatVersion)
	case r.plan.ResourceChanges == nil && kind.Values != nil:
		return nil, errors.New("this is the JSON of a Terraform state, not of a plan; " + how)
	}
	r.read()
	return r.out, nil
}

// reader reads one plan.
type reader struct {
	file     string
	plan     plan
	config   map[string]*configResource
	accounts accounts
	planned  []*resource
	given    map[string]*given
	out      *iac.Plan
}

func (r *reader) read() {
	r.out = &iac.Plan{File: r.file, Format: "Terraform plan"}
	r.config, r.given = map[string]*configResource{}, map[string]*given{}
	r.plan.Configuration.RootModule.resources("", r.config)
	r.accounts = r.homes()
	r.out.OneAccount = r.accounts.providers <= 1
	if r.plan.Errored {
		r.out.Partial = append(r.out.Partial, "the plan has an error, so it may lack changes (errored is true)")
	}
	for i := range r.plan.ResourceChanges {
		r.add(&r.plan.ResourceChanges[i])
	}
	for i := range r.plan.Deferred {
		d := &r.plan.Deferred[i]
		if isIAM(d.ResourceChange.Type) {
			r.out.Partial = append(r.out.Partial, fmt.Sprintf("%s is deferred to a later plan (%s)", d.ResourceChange.Address, d.Reason))
		}
	}
	if left := r.unlisted(); left != "" {
		r.out.Partial = append(r.out.Partial, "resource_changes does not have "+left+", which planned_values has: the plan is cut, or was made with -target or -refresh-only")
	}
	if r.plan.Complete != nil && !*r.plan.Complete && len(r.plan.Deferred) == 0 && !r.plan.Errored {
		r.out.Partial = append(r.out.Partial, "another plan must follow this one (complete is false), for example because of -target")
	}
	for _, p := range r.planned {
		switch p.Type {
		case "aws_iam_role", "aws_iam_user":
			r.out.Principals = append(r.out.Principals, r.principal(p))
		case "aws_iam_policy":
			r.out.Policies = append(r.out.Policies, r.policy(p))
		case "awscc_iam_role", "awscc_iam_user":
			r.out.Principals = append(r.out.Principals, r.cloudControl(p))
		case "awscc_iam_managed_policy":
			r.out.Policies = append(r.out.Policies, r.cloudControlPolicy(p))
		}
	}
}

// unlisted returns a resource that the plan leaves in place and whose change it does not list, not even as
// none. Terraform lists all.
func (r *reader) unlisted() string {
	listed := map[string]bool{}
	for i := range r.plan.ResourceChanges {
		listed[r.plan.ResourceChanges[i].Address] = true
	}
	for i := range r.plan.Deferred {
		listed[r.plan.Deferred[i].ResourceChange.Address] = true
	}
	return r.plan.PlannedValues.RootModule.unlisted(listed)
}

func (m *stateModule) unlisted(listed map[string]bool) string {
	for _, s := range m.Resources {
		if s.Mode != "data" && isIAM(s.Type) && !listed[s.Address] {
			return s.Address
		}
	}
	for i := range m.ChildModules {
		if address := m.ChildModules[i].unlisted(listed); address != "" {
			return address
		}
	}
	return ""
}

// isIAM reports whether a type of resource can create principals, or change what is read here.
func isIAM(kind string) bool {
	return strings.HasPrefix(kind, "aws_iam_") || strings.HasPrefix(kind, "awscc_iam_")
}

// templates are the types of resources that deploy a template of CloudFormation.
var templates = []string{"aws_cloudformation_stack", "aws_cloudformation_stack_set", "aws_serverlessapplicationrepository_cloudformation_stack", "awscc_cloudformation_stack", "awscc_cloudformation_stack_set"}

// add adds a planned resource.
func (r *reader) add(c *resourceChange) {
	if change := changeOf(c.Change.Actions); slices.Contains(templates, c.Type) && change != iac.Keep && change != iac.Delete {
		r.out.Partial = append(r.out.Partial, c.Address+" deploys a template of CloudFormation, which is not read: check that template too")
	}
	if c.Mode == "data" || !isIAM(c.Type) {
		return
	}
	p := &resource{resourceChange: c, change: changeOf(c.Change.Actions), config: r.config[withoutKeys(c.Address)]}
	if p.config != nil {
		provider, ok := r.plan.Configuration.ProviderConfig[p.config.provider]
		p.noDefaultTags = ok && provider.Expressions["default_tags"] == nil
	}
	if string(c.Change.AfterUnknown) == "true" {
		p.all = true
	} else if len(c.Change.AfterUnknown) > 0 {
		if json.Unmarshal(c.Change.AfterUnknown, &p.unknown) != nil && string(c.Change.AfterUnknown) != "false" {
			p.all = true // not a form that is known
		}
	}
	if c.Deposed != "" {
		return // the rest of an earlier replacement, to be deleted
	}
	p.sensitive = marksOf(c.Change.AfterSensitive)
	r.out.Sensitive = append(r.out.Sensitive, p.sensitive.texts(c.Change.After)...)
	was := marksOf(c.Change.BeforeSensitive)
	r.out.Sensitive = append(r.out.Sensitive, was.texts(c.Change.Before)...)
	switch p.change {
	case "":
		if !slices.Equal(c.Change.Actions, []string{"forget"}) {
			r.out.Partial = append(r.out.Partial, fmt.Sprintf("%s has the unknown actions %s", c.Address, strings.Join(c.Change.Actions, ", ")))
		}
		return
	case iac.Delete:
		p.all, p.unknown, p.sensitive = false, nil, was
	}
	r.planned = append(r.planned, p)
}

// changeOf returns the change that actions are, "" if there is none.
func changeOf(actions []string) iac.Change {
	switch strings.Join(actions, " ") {
	case "create":
		return iac.Create
	case "update":
		return iac.Update
	case "delete":
		return iac.Delete
	case "no-op":
		return iac.Keep
	case "delete create", "create delete", "create forget":
		return iac.Replace
	}
	return ""
}

// providerOf returns the provider configuration of a resource.
func (r *reader) providerOf(address string) string {
	if c := r.config[withoutKeys(address)]; c != nil {
		return c.provider
	}
	return ""
}

func (r *reader) place(p *resource) iac.Place { return iac.Place{File: r.file, Address: p.Address} }
