package templatetest_test

import (
	"maps"
	"os"
	"regexp"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

const (
	ownersAccount = "111122223333"
	shopTopic     = "arn:aws:sns:us-east-1:" + ownersAccount + ":shop-alerts"
	dataTopic     = "arn:aws:sns:eu-central-1:" + ownersAccount + ":data-alerts"
	shopKey       = "arn:aws:kms:us-east-1:" + ownersAccount + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

// documented returns a policy of docs/alerts.md, which owners are told to copy.
func documented(t *testing.T, which string) *eval.Policy {
	t.Helper()
	text, err := os.ReadFile("../../docs/alerts.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?s)<!-- policy " + which + " -->\n```json\n(.*?)\n```").FindSubmatch(text)
	if m == nil {
		t.Fatalf("docs/alerts.md has no policy %s", which)
	}
	return document(t, `{"Version": "2012-10-17", "Statement": [`+string(m[1])+`]}`)
}

// at decides a request of the role on a resource of another account, with that resource's policy.
func (r executionRole) at(on string, resource *eval.Policy, action string, context map[string][]string) eval.Outcome {
	r.s.t.Helper()
	p := *r.policies
	p.Resource = resource
	full := map[string][]string{"aws:SecureTransport": {"true"}, "aws:PrincipalArn": {r.arn}}
	maps.Copy(full, context)
	return decided(r.s.t, &p, r.arn, action, on, ownersAccount, full)
}

func forTopic(topic, service string) map[string][]string {
	return map[string][]string{"kms:EncryptionContext:aws:sns:topicArn": {topic}, "kms:ViaService": {service}}
}

// The report function may publish to exactly the owners' topics of the parameter besides the
// stack's, and use their keys, in any account, for these topics and through SNS alone. The
// statements that the documentation gives to owners are enough, and let no other role publish.
func TestOwnersTopics(t *testing.T) {
	s := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "OwnerTopicArns": shopTopic + "," + dataTopic})
	topicPolicy, keyPolicy := documented(t, "topic"), documented(t, "key")
	anyone := document(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}`)
	const sns, otherKey = "sns.us-east-1.amazonaws.com", "arn:aws:kms:eu-central-1:" + ownersAccount + ":key/x"
	report := s.role("Report")
	guarded := report
	guarded.policies = &eval.Policies{
		Identity: report.policies.Identity, Boundaries: report.policies.Boundaries,
		ServiceControl: organization(t).ServiceControl, ResourceControl: resourceControl(t),
	}
	for name, c := range map[string]struct {
		on       string
		resource *eval.Policy
		action   string
		context  map[string][]string
		want     eval.Outcome
	}{
		"an owner's topic, as documented":       {shopTopic, topicPolicy, "sns:Publish", nil, eval.Allow},
		"its key, as documented":                {shopKey, keyPolicy, "kms:GenerateDataKey", forTopic(shopTopic, sns), eval.Allow},
		"its key, to read, as documented":       {shopKey, keyPolicy, "kms:Decrypt", forTopic(shopTopic, sns), eval.Allow},
		"a key in another region":               {otherKey, anyone, "kms:GenerateDataKey", forTopic(dataTopic, "sns.eu-central-1.amazonaws.com"), eval.Allow},
		"without TLS":                           {shopTopic, topicPolicy, "sns:Publish", map[string][]string{"aws:SecureTransport": {"false"}}, eval.ImplicitDeny},
		"its key, for another topic of a list":  {shopKey, keyPolicy, "kms:Decrypt", forTopic(dataTopic, sns), eval.ImplicitDeny},
		"an owner's topic that does not let it": {shopTopic, nil, "sns:Publish", nil, eval.ImplicitDeny},
		"one in another region":                 {dataTopic, anyone, "sns:Publish", nil, eval.Allow},
		"another topic there":                   {shopTopic + "2", anyone, "sns:Publish", nil, eval.ImplicitDeny},
		"subscribing":                           {shopTopic, anyone, "sns:Subscribe", nil, eval.ImplicitDeny},
		"changing it":                           {shopTopic, anyone, "sns:SetTopicAttributes", nil, eval.ImplicitDeny},
		"a key for another topic":               {shopKey, anyone, "kms:Decrypt", forTopic(shopTopic+"2", sns), eval.ImplicitDeny},
		"a key through another service":         {shopKey, anyone, "kms:Decrypt", forTopic(shopTopic, "sqs.us-east-1.amazonaws.com"), eval.ImplicitDeny},
		"a key by itself":                       {shopKey, anyone, "kms:Decrypt", map[string][]string{"kms:EncryptionContext:aws:sns:topicArn": {shopTopic}}, eval.ImplicitDeny},
		"a key without a topic":                 {shopKey, anyone, "kms:Decrypt", map[string][]string{"kms:ViaService": {sns}}, eval.ImplicitDeny},
		"a key for other purposes":              {shopKey, anyone, "kms:Encrypt", forTopic(shopTopic, sns), eval.ImplicitDeny},
	} {
		if got := report.at(c.on, c.resource, c.action, c.context); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got := guarded.at(c.on, c.resource, c.action, c.context); got != c.want && c.want == eval.Allow {
			t.Errorf("%s, in the organization: %s", name, got)
		}
	}
	for _, function := range []string{"Enforce", "Sweep"} {
		r := s.role(function)
		r.policies = &eval.Policies{Identity: []*eval.Policy{everything(t)}}
		if r.at(shopTopic, topicPolicy, "sns:Publish", nil) == eval.Allow || r.at(shopKey, keyPolicy, "kms:Decrypt", forTopic(shopTopic, sns)) == eval.Allow {
			t.Errorf("the documented policies are for %s too", function)
		}
	}
	none := single(t).role("Report")
	if none.at(shopTopic, anyone, "sns:Publish", nil) == eval.Allow || none.at(shopKey, anyone, "kms:Decrypt", forTopic(shopTopic, sns)) == eval.Allow {
		t.Error("without the parameter the report function may publish to an owner's topic, or use its key")
	}
	report.check(t, []request{{"the stack's topic, still", "sns:Publish", s.ref("Topic").(string), nil, eval.Allow}})
}

// Whatever administrators of a member account allow themselves, they can neither read, subscribe to,
// publish to nor mute what alerts the security team: the hub's topic and its subscriptions, the key,
// the alarms, the ledger and the queues. None of their services can either.
func TestMembersNeitherReadNorMuteAlerts(t *testing.T) {
	s := full(t)
	topic := s.ref("Topic").(string)
	resources := map[string][]string{
		"sns":        {topic, topic + ":a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"},
		"kms":        {s.attribute("Key", "Arn")},
		"cloudwatch": {},
		"dynamodb":   {s.attribute("Ledger", "Arn")},
		"sqs":        {},
		"lambda":     {s.attribute("ReportFunction", "Arn")},
	}
	for _, alarm := range s.ofType("AWS::CloudWatch::Alarm") {
		resources["cloudwatch"] = append(resources["cloudwatch"], s.attribute(alarm, "Arn"))
	}
	for _, queue := range s.ofType("AWS::SQS::Queue") {
		resources["sqs"] = append(resources["sqs"], s.attribute(queue, "Arn"))
	}
	for _, who := range []string{memberIAM + "role/admin", memberIAM + "root", memberIAM + "role" + s.values["RolePath"].(string) + "ringfence-report"} {
		context := map[string][]string{"aws:SecureTransport": {"true"}, "aws:PrincipalArn": {who}, "aws:PrincipalOrgID": {organizationID}, "aws:PrincipalAccount": {member}, "aws:PrincipalIsAWSService": {"false"}}
		asked := 0
		for service, all := range resources {
			for _, on := range all {
				p := &eval.Policies{Identity: []*eval.Policy{everything(t)}, Resource: s.resourcePolicy(on)}
				for _, a := range catalog.Actions(service) {
					asked++
					if got := decided(t, p, who, a.String(), on, account, context); got == eval.Allow {
						t.Errorf("%s: %s on %s: %s", who, a, on, got)
					}
				}
			}
		}
		if asked < 1000 {
			t.Errorf("only %d requests were decided", asked)
		}
	}
	if got := s.administers("arn:aws:iam::"+account+":role/admin", "sns:Subscribe", topic); got != eval.Allow {
		t.Errorf("an administrator of the hub cannot subscribe: %s", got)
	}
	for _, service := range []string{"cloudwatch.amazonaws.com", "events.amazonaws.com", "s3.amazonaws.com", "budgets.amazonaws.com"} {
		for _, action := range []string{"sns:Publish", "sns:Subscribe", "sns:SetTopicAttributes"} {
			if s.asks(s.resourcePolicy(topic), service, action, topic, map[string][]string{
				"aws:SourceAccount": {member}, "aws:SourceOrgID": {organizationID}, "aws:SecureTransport": {"true"},
				"aws:SourceArn": {"arn:aws:cloudwatch:" + region + ":" + member + ":alarm:" + name + "-errors"},
			}) {
				t.Errorf("%s may %s for a member account", service, action)
			}
		}
	}
}
