package templatetest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// organization are the policies that bear on an administrator's request in an account that
// the SCPs of infra/ are attached to.
func organization(t *testing.T) *eval.Policies {
	t.Helper()
	return &eval.Policies{
		Identity: []*eval.Policy{everything(t)},
		ServiceControl: [][]*eval.Policy{
			{everything(t)},
			{everything(t), compiled(t, "scp/guard-boundaries.json"), compiled(t, "scp/guard-control.json")},
		},
	}
}

// anybody is what RCPFullAWSAccess says, and the worst that the policy of a resource can.
const anybody = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`

// resourceControl is the RCP of infra/ beside RCPFullAWSAccess.
func resourceControl(t *testing.T) [][]*eval.Policy {
	t.Helper()
	return [][]*eval.Policy{{document(t, anybody), compiledAs(t, "rcp/guard-control.json", policy.ResourcePolicy)}}
}

// callers are those for which the SCPs make a difference, by the words of a [guarded].
func callers(s *stack) map[string]string {
	return map[string]string{
		"admin": iamARN + "role/admin", "root": "arn:aws:iam::" + account + ":root", "user": iamARN + "user/ringfence/x",
		"alike":   iamARN + "role/dev/ringfence/ringfence-enforce",
		"enforce": s.attribute("EnforceRole", "Arn"), "report": s.attribute("ReportRole", "Arn"),
		"deployer": iamARN + "role/ringfence-deployer", "operator": iamARN + "role/ringfence-operator",
		"tower":  iamARN + "role/AWSControlTowerExecution",
		"keeper": iamARN + "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_RingfenceAdmin_0123456789abcdef",
	}
}

// guarded is a request, and who may make it of the callers, as words; "all" is everybody.
type guarded struct {
	action, on string
	context    map[string][]string
	may        string
}

func (g guarded) check(t *testing.T, s *stack, p *eval.Policies) {
	t.Helper()
	for name, arn := range callers(s) {
		allowed := g.may == "all" || slices.Contains(strings.Fields(g.may), name)
		context := map[string][]string{}
		maps.Copy(context, g.context)
		if g.on == s.attribute("Key", "Arn") {
			maps.Copy(context, s.tags("Key"))
		}
		claim{name, g.action, g.on, context, allowed}.hold(t, p, arn)
	}
}

// tags are those of a resource, as a condition sees them.
func (s *stack) tags(id string) map[string][]string {
	out := map[string][]string{}
	for _, tag := range s.properties(id)["Tags"].([]any) {
		out["aws:ResourceTag/"+s.get(tag, "Key").(string)] = []string{s.get(tag, "Value").(string)}
	}
	return out
}

// TestGuard decides what infra/README.md claims of the SCPs, by the names of its table.
func TestGuard(t *testing.T) {
	s, p := single(t), organization(t)
	for name, requests := range guards(s) {
		t.Run(name, func(t *testing.T) {
			for _, g := range requests {
				g.check(t, s, p)
			}
		})
	}
}

// The RCP keeps everybody out who is not of the account, whatever the policies of queues,
// key, ledger and roles came to say; AWS's services, which the stack lets in, stay.
func TestResourceControlPolicy(t *testing.T) {
	s := single(t)
	p := &eval.Policies{Identity: []*eval.Policy{everything(t)}, Resource: document(t, anybody), ResourceControl: resourceControl(t)}
	for _, c := range []struct {
		action, on string
		context    map[string][]string
		outsiders  bool
	}{
		{"sqs:SendMessage", s.attribute("EventQueue", "Arn"), nil, false},
		{"sqs:ReceiveMessage", s.attribute("DeadLetters", "Arn"), nil, false},
		{"sqs:ReceiveMessage", "arn:aws:sqs:us-east-1:" + account + ":orders", nil, true},
		{"kms:Decrypt", s.attribute("Key", "Arn"), s.tags("Key"), false},
		{"kms:Decrypt", "arn:aws:kms:us-east-1:" + account + ":key/k", nil, true},
		{"dynamodb:PutItem", s.attribute("Ledger", "Arn"), nil, false},
		{"sts:AssumeRole", s.attribute("EnforceRole", "Arn"), nil, false},
		{"sts:AssumeRole", iamARN + "role/app", nil, true},
	} {
		for who, allowed := range map[string]bool{
			"arn:aws:iam::999999999999:role/admin": c.outsiders, "*": c.outsiders, "events.amazonaws.com": true,
			"lambda.amazonaws.com": true, s.attribute("EnforceRole", "Arn"): true, iamARN + "role/x": true,
		} {
			claim{who, c.action, c.on, c.context, allowed}.decide(t, p, who)
		}
	}
}

// with is a context of one key.
func with(key string, values ...string) map[string][]string {
	return map[string][]string{key: values}
}

func merged(contexts ...map[string][]string) map[string][]string {
	out := map[string][]string{}
	for _, c := range contexts {
		maps.Copy(out, c)
	}
	return out
}

// group is the ARN of a log group.
func (s *stack) group(logs string) string {
	return strings.TrimSuffix(s.attribute(logs, "Arn"), ":*")
}
