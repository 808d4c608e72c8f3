package cloudformation

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/iac"
)

// call evaluates an intrinsic function.
func (t *template) call(name string, arg *yaml.Node) any {
	switch name {
	case "Ref":
		s, ok := scalar(arg)
		if !ok {
			return unknownf("the argument of Ref is not a name")
		}
		return t.ref(s)
	case "Fn::Sub":
		return t.sub(arg)
	case "Fn::GetAtt":
		return t.getAtt(arg)
	case "Fn::Join":
		return t.join(arg)
	case "Fn::If":
		return t.ifElse(arg)
	case "Fn::Select":
		return t.selectOne(arg)
	case "Fn::Split":
		return t.split(arg)
	case "Fn::FindInMap":
		return t.findInMap(arg)
	case "Fn::ImportValue":
		from := "another stack"
		if name := shown(t.text(arg)); name != "" {
			from += " (" + name + ")"
		}
		return unknownf("Fn::ImportValue takes it from %s: make it a parameter, or write the ARN", from)
	case "Fn::Transform":
		return unknownf("a macro makes it; " + processed)
	}
	return unknownf("%s is not evaluated here", name)
}

// ref returns the value of a parameter, pseudo parameter or resource.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
func (t *template) ref(name string) any {
	switch name {
	case "AWS::NoValue":
		return absent{}
	case "AWS::AccountId":
		if t.options.Account == "" {
			t.standIn = "the account is not known: give --account or --state"
			return iac.Known(iac.NoAccount)
		}
		return iac.Known(t.options.Account)
	case "AWS::Partition":
		if t.options.Partition == "" && t.options.Region == "" {
			t.standIn = "the partition is not known: give --region"
		}
		return iac.Known(t.partition())
	case "AWS::Region":
		if t.options.Region == "" {
			return unknownf("the Region is not known: give --region")
		}
		return iac.Known(t.options.Region)
	case "AWS::StackName":
		if t.options.StackName == "" {
			return unknownf("the name of the stack is not known: give --stack-name")
		}
		return iac.Known(t.options.StackName)
	}
	if v, ok := t.parameters[name]; ok {
		return v
	}
	if strings.HasPrefix(name, "AWS::") {
		return unknownf("%s is known only after the deployment", name)
	}
	r := t.resources[name]
	if r == nil {
		return unknownf("the template has no parameter or resource %s", name)
	}
	switch r.kind {
	case "AWS::IAM::ManagedPolicy":
		return t.arn(r, "policy", "ManagedPolicyName")
	case "AWS::IAM::Role":
		return t.name(r, "RoleName")
	case "AWS::IAM::User":
		return t.name(r, "UserName")
	}
	return unknownf("%s is known only after the deployment", name)
}

// partition returns the partition of the deployment.
func (t *template) partition() string {
	switch {
	case t.options.Partition != "":
		return t.options.Partition
	case strings.HasPrefix(t.options.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(t.options.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// attribute returns an attribute of a resource.
func (t *template) attribute(of, name string) any {
	r := t.resources[of]
	switch {
	case r == nil:
		return unknownf("the template has no resource %s", of)
	case r.kind == "AWS::IAM::Role" && name == "Arn":
		return t.arn(r, "role", "RoleName")
	case r.kind == "AWS::IAM::User" && name == "Arn":
		return t.arn(r, "user", "UserName")
	case r.kind == "AWS::IAM::ManagedPolicy" && name == "PolicyArn":
		return t.arn(r, "policy", "ManagedPolicyName")
	}
	return unknownf("%s.%s is known only after the deployment", of, name)
}

func (t *template) getAtt(arg *yaml.Node) any {
	if s, ok := scalar(arg); ok {
		of, name, _ := strings.Cut(s, ".")
		return t.attribute(of, name)
	}
	items := itemsOf(arg)
	if len(items) != 2 {
		return unknownf("the argument of Fn::GetAtt is not a resource and an attribute")
	}
	of, ok := scalar(items[0])
	name, ok2 := t.text(items[1]).Value()
	if !ok || !ok2 {
		return unknownf("the argument of Fn::GetAtt is not known")
	}
	return t.attribute(of, name)
}

// placeholder is ${Name}, ${Name.Attribute} or ${!Literal} in Fn::Sub.
var placeholder = regexp.MustCompile(`\$\{([^}]*)\}`)

// sub evaluates Fn::Sub.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html
func (t *template) sub(arg *yaml.Node) any {
	pattern, ok := scalar(arg)
	values := map[string]*yaml.Node{}
	if items := itemsOf(arg); !ok && len(items) > 0 {
		if pattern, ok = scalar(items[0]); len(items) > 1 {
			for _, f := range fieldsOf(items[1]) {
				values[f.name] = f.value
			}
		}
	}
	if !ok {
		return unknownf("the argument of Fn::Sub is not a text")
	}
	out, at := iac.Known(""), 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(pattern, -1) {
		out = out.Then(dynamic(pattern[at:m[0]]))
		at = m[1]
		name := strings.TrimSpace(pattern[m[2]:m[3]])
		var v any
		literal, isLiteral := strings.CutPrefix(name, "!")
		of, attribute, isAttribute := strings.Cut(name, ".")
		switch value, given := values[name]; {
		case isLiteral:
			v = iac.Known("${" + literal + "}")
		case given:
			v = t.eval(value)
		case isAttribute:
			v = t.attribute(of, attribute)
		default:
			v = t.ref(name)
		}
		if isAbsent(v) {
			v = iac.Unknown("Fn::Sub refers to AWS::NoValue")
		}
		out = out.Then(asText(v))
	}
	return out.Then(dynamic(pattern[at:]))
}

func (t *template) join(arg *yaml.Node) any {
	items := itemsOf(arg)
	if len(items) != 2 {
		return unknownf("the argument of Fn::Join is not a delimiter and a list")
	}
	delimiter, ok := scalar(items[0])
	parts, why := texts(t.eval(items[1]))
	switch {
	case !ok:
		return unknownf("the delimiter of Fn::Join is not a text")
	case why != "":
		return open{why}
	}
	out := iac.Known("")
	for i, part := range parts {
		if i > 0 {
			out = out.Then(iac.Known(delimiter))
		}
		out = out.Then(part)
	}
	return out
}

func (t *template) ifElse(arg *yaml.Node) any {
	items := itemsOf(arg)
	if len(items) != 3 {
		return unknownf("Fn::If does not have a condition and two values")
	}
	name, _ := scalar(items[0])
	switch is, why := t.condition(name); is {
	case yes:
		return t.eval(items[1])
	case no:
		return t.eval(items[2])
	default:
		a, b := t.eval(items[1]), t.eval(items[2])
		if same(a, b) {
			return a
		}
		return unknownf("it depends on the condition %s, and %s", name, why)
	}
}

func (t *template) selectOne(arg *yaml.Node) any {
	items := itemsOf(arg)
	if len(items) != 2 {
		return unknownf("the argument of Fn::Select is not an index and a list")
	}
	index, ok := t.text(items[0]).Value()
	n, err := strconv.Atoi(index)
	all, why := texts(t.eval(items[1]))
	switch {
	case why != "":
		return open{why}
	case !ok || err != nil || n < 0 || n >= len(all):
		return unknownf("the index of Fn::Select is not known, or not in the list")
	}
	return all[n]
}

func (t *template) split(arg *yaml.Node) any {
	items := itemsOf(arg)
	if len(items) != 2 {
		return unknownf("the argument of Fn::Split is not a delimiter and a text")
	}
	delimiter, ok := scalar(items[0])
	v := t.text(items[1])
	s, known := v.Value()
	switch {
	case !ok || delimiter == "":
		return unknownf("the delimiter of Fn::Split is not a text")
	case !known:
		return open{v.Why}
	}
	return pieces(v, strings.Split(s, delimiter))
}

// findInMap evaluates Fn::FindInMap.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap-enhancements.html
func (t *template) findInMap(arg *yaml.Node) any {
	items := itemsOf(arg)
	if len(items) < 3 {
		return unknownf("Fn::FindInMap does not have a map and two keys")
	}
	at := t.mappings
	for _, item := range items[:3] {
		v := t.certain(item)
		key, ok := v.Value()
		if !ok {
			return unknownf("a key of Fn::FindInMap is not known: %s", v.Why)
		}
		if at = get(at, key); at == nil {
			break
		}
	}
	if at == nil && len(items) > 3 {
		at = get(items[3], "DefaultValue")
	}
	if at == nil {
		return unknownf("the mappings do not have what Fn::FindInMap looks up")
	}
	return t.eval(at)
}

// certain evaluates a text that decides something, where the stand-in for an account or partition that
// is not known must not be taken for one.
func (t *template) certain(n *yaml.Node) iac.Value {
	t.standIn = ""
	v := t.text(n)
	if t.standIn != "" {
		return iac.Unknown(t.standIn)
	}
	return v
}
