package templatetest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// organization returns the policies for an administrator's request in an account with the SCPs of
// infra/.
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

// anybody is RCPFullAWSAccess, which is also the worst possible resource policy.
const anybody = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`

// resourceControl returns the RCP of infra/ with RCPFullAWSAccess.
func resourceControl(t *testing.T) [][]*eval.Policy {
	t.Helper()
	return [][]*eval.Policy{{document(t, anybody), compiledAs(t, "rcp/guard-control.json", policy.ResourcePolicy)}}
}

// callers returns the callers that the SCPs distinguish, by the words of a [guarded].
func callers(s *stack) map[string]string {
	return map[string]string{
		"admin": iamARN + "role/admin", "root": "arn:aws:iam::" + account + ":root", "user": iamARN + "user/ringfence/x",
		"alike":   iamARN + "role/dev/ringfence/ringfence-enforce",
		"enforce": s.attribute("EnforceRole", "Arn"), "report": s.attribute("ReportRole", "Arn"),
		"deployer": iamARN + "role/ringfence-deployer", "operator": iamARN + "role/ringfence-operator",
		"tower": iamARN + "role/AWSControlTowerExecution", "stacksets": iamARN + "role/stacksets-exec-0123456789abcdef",
		"member": iamARN + "role/ringfence/ringfence-member-enforce",
		"keeper": iamARN + "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_RingfenceAdmin_0123456789abcdef",
	}
}

// guarded is a request, and the callers that may make it, as words; "all" is every caller.
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

// tags returns the tags of a resource as condition keys.
func (s *stack) tags(id string) map[string][]string {
	out := map[string][]string{}
	for _, tag := range s.properties(id)["Tags"].([]any) {
		out["aws:ResourceTag/"+s.get(tag, "Key").(string)] = []string{s.get(tag, "Value").(string)}
	}
	return out
}

// TestGuard decides the claims of infra/README.md about the SCPs, by the names in its table.
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

// The RCP denies every principal outside the account, whatever the policies of queues, key, ledger
// and roles may become. AWS services that the stack allows keep access, and the hub's functions can
// assume roles of other accounts of their organization.
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
			context := merged(c.context, with("aws:ResourceOrgID", organizationID))
			if strings.Contains(who, account) {
				context = merged(context, with("aws:PrincipalOrgID", organizationID))
			}
			claim{who, c.action, c.on, context, allowed}.decide(t, p, who)
		}
	}
	for _, c := range []struct {
		who, of string
		allowed bool
	}{
		{hub + "enforce", organizationID, true},
		{hub + "sweep", organizationID, true},
		{hub + "report", organizationID, true},
		{hub + "enforce", "o-0000000000", false},
		{hub + "canary", organizationID, false},
		{"arn:aws:iam::999999999999:role/ringfence-enforce", organizationID, false},
		{"arn:aws:iam::999999999999:root", organizationID, false},
	} {
		context := merged(with("aws:ResourceOrgID", organizationID), with("aws:PrincipalOrgID", c.of))
		claim{c.who + " of " + c.of, "sts:AssumeRole", iamARN + "role/ringfence/ringfence-member-enforce", context, c.allowed}.decide(t, p, c.who)
		claim{c.who + " of " + c.of, "sqs:ReceiveMessage", s.attribute("EventQueue", "Arn"), context, false}.decide(t, p, c.who)
	}
}

// hub is the beginning of the ARNs of the roles of a stack in another account.
const hub = "arn:aws:iam::999999999999:role/ringfence/ringfence-"

// with returns a context with one key.
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

// group returns the ARN of a log group.
func (s *stack) group(logs string) string {
	return strings.TrimSuffix(s.attribute(logs, "Arn"), ":*")
}
