package ownparts

import (
	"fmt"
	"strings"
)

// resource is a resource of the template.
type resource struct {
	Type       string
	Properties map[string]any
}

// resolver replaces the template's functions by values.
type resolver struct {
	stack     Stack
	resources map[string]resource
	err       error
}

// nothing stands for AWS::NoValue: the property is omitted.
type nothing struct{}

func (r *resolver) fail(format string, args ...any) any {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
	return nothing{}
}

// value resolves a value of the template.
func (r *resolver) value(v any) any {
	switch v := v.(type) {
	case []any:
		all := []any{}
		for _, e := range v {
			if e = r.value(e); e != (nothing{}) {
				all = append(all, e)
			}
		}
		return all
	case map[string]any:
		for name, argument := range v {
			if len(v) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::")) {
				return r.call(name, argument)
			}
		}
		all := map[string]any{}
		for name, e := range v {
			if e = r.value(e); e != (nothing{}) {
				all[name] = e
			}
		}
		return all
	}
	return v
}

func (r *resolver) call(name string, argument any) any {
	list, _ := argument.([]any)
	text, _ := argument.(string)
	switch {
	case name == "Ref" && text == "AWS::NoValue":
		return nothing{}
	case name == "Ref":
		if v, ok := r.stack.pseudo()[text]; ok {
			return v
		}
		return r.arn(text) // Ref of a topic is its ARN
	case name == "Fn::Sub" && text != "":
		for name, v := range r.stack.pseudo() {
			text = strings.ReplaceAll(text, "${"+name+"}", v)
		}
		if strings.Contains(text, "${") {
			return r.fail("%q names what is not known", text)
		}
		return text
	case name == "Fn::GetAtt" && len(list) == 2 && list[1] == "Arn":
		return r.arn(fmt.Sprint(list[0]))
	case name == "Fn::If" && len(list) == 3:
		is, known := r.stack.conditions()[fmt.Sprint(list[0])]
		if !known {
			return r.fail("condition %v is not known", list[0])
		}
		if is {
			return r.value(list[1])
		}
		return r.value(list[2])
	}
	return r.fail("%s of %v is not known", name, argument)
}

// arn returns the ARN of a resource, by its logical id.
func (r *resolver) arn(id string) any {
	of, ok := r.resources[id]
	if !ok {
		return r.fail("there is no resource %s", id)
	}
	if of.Type == "AWS::KMS::Key" {
		return r.stack.Key
	}
	form, ok := arns[of.Type]
	if !ok {
		return r.fail("%s: the ARN of %s is not known", id, of.Type)
	}
	named := func(property string) string {
		name, _ := r.value(of.Properties[property]).(string)
		return name
	}
	region, account := r.stack.Region, r.stack.Account
	if form.service == "iam" {
		region = ""
	}
	path := strings.TrimPrefix(named("Path"), "/")
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s%s%s", r.stack.Partition, form.service, region, account, form.before, path, named(form.name))
}

// arns are the forms of ARNs: the service, the text before the name, and the property with the
// name.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var arns = map[string]struct{ service, before, name string }{
	"AWS::CloudWatch::Alarm": {"cloudwatch", "alarm:", "AlarmName"},
	"AWS::DynamoDB::Table":   {"dynamodb", "table/", "TableName"},
	"AWS::Events::Rule":      {"events", "rule/", "Name"},
	"AWS::IAM::Role":         {"iam", "role/", "RoleName"},
	"AWS::Lambda::Function":  {"lambda", "function:", "FunctionName"},
	"AWS::SNS::Topic":        {"sns", "", "TopicName"},
	"AWS::SQS::Queue":        {"sqs", "", "QueueName"},
}
