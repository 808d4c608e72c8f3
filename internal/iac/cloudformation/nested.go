package cloudformation

import (
	"path"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
)

// maxNested bounds the nesting of stacks, and maxOpened their number: a template can refer to itself.
const (
	maxNested = 10
	maxOpened = 500
)

// nested reads the template of a nested stack, if it is a file.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
func (t *template) nested(r *resource) {
	at := t.localTemplate(r)
	if at == "" {
		t.partial(t.address(r) + " is a nested stack whose template is not a local file: check that template by itself")
		return
	}
	if *t.options.opened++; t.options.nested >= maxNested || *t.options.opened > maxOpened {
		t.partial(t.address(r) + " is nested too deeply, or there are too many nested stacks")
		return
	}
	if asText(t.property(r, locationOf(r))).Sensitive {
		t.partial(t.address(r) + " is a nested stack, and a parameter with NoEcho says where its template is: check that template by itself")
		return
	}
	var text []byte
	var err error
	if t.options.Open != nil {
		text, err = t.options.Open(at)
	}
	if t.options.Open == nil || err != nil {
		t.partial(t.address(r) + " is a nested stack, and its template " + at + " cannot be read: check that template by itself")
		return
	}
	options := t.options
	options.nested++
	options.StackName = "" // CloudFormation completes the name
	options.Parameters = map[string]iac.Value{}
	for _, f := range fieldsOf(get(r.properties, "Parameters")) {
		if v := t.text(f.value); !v.IsAbsent() {
			options.Parameters[f.name] = v
		}
	}
	options.Open = func(name string) ([]byte, error) { return t.options.Open(path.Join(path.Dir(at), name)) }
	inner, err := readNested(path.Join(path.Dir(t.file), at), text, options, t.prefix+r.id+"/")
	if err != nil {
		t.partial(t.address(r) + " is a nested stack, and its template " + at + " " + err.Error())
		return
	}
	t.out.Principals = append(t.out.Principals, inner.Principals...)
	t.out.Policies = append(t.out.Policies, inner.Policies...)
	t.out.Sensitive = append(t.out.Sensitive, inner.Sensitive...)
	for _, why := range inner.Partial {
		t.partial(t.address(r) + ": " + why)
	}
}

// localTemplate returns the path of the template of a nested stack, "" if it is not a file. The CDK
// writes it into the metadata, or into the manifest of its assets.
func (t *template) localTemplate(r *resource) string {
	if asset, ok := scalar(get(r.metadata, "aws:asset:path")); ok {
		return asset
	}
	location := asText(t.property(r, locationOf(r)))
	for hash, file := range t.options.Assets {
		for _, literal := range location.Literals() {
			if strings.Contains(literal, hash) {
				return file
			}
		}
	}
	at, ok := location.Value()
	if !ok || at == "" || strings.Contains(at, "://") || path.IsAbs(at) {
		return ""
	}
	return at
}

// locationOf returns the property that says where the template of a nested stack is.
func locationOf(r *resource) string {
	if r.kind == "AWS::Serverless::Application" {
		return "Location"
	}
	return "TemplateURL"
}
