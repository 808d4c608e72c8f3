package ownparts

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	key      = "arn:aws:kms:us-east-1:123456789012:key/0e2b41a3"
	operator = "arn:aws:iam::123456789012:role/operator"
	sqsARN   = "arn:aws:sqs:us-east-1:123456789012:"
)

func stack(t *testing.T) Stack {
	t.Helper()
	s, err := Of("arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence/0e2b41a3")
	if err != nil {
		t.Fatal(err)
	}
	s.Key, s.Operator = key, operator
	return s
}

func expected(t *testing.T, s Stack, arn string) Part {
	t.Helper()
	parts, err := Expected(s)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(parts, func(p Part) bool { return p.ARN == arn })
	if i < 0 {
		t.Fatalf("no part %s of %d", arn, len(parts))
	}
	return parts[i]
}

// events are the attributes of the event queue as SQS returns them: in any order, with numbers
// as text, and with defaults.
var events = map[string]string{
	"QueueArn": sqsARN + "ringfence-events", "ApproximateNumberOfMessages": "7", "CreatedTimestamp": "1767225600", "LastModifiedTimestamp": "1767225601",
	"SqsManagedSseEnabled": "false", "ReceiveMessageWaitTimeSeconds": "0", "MaximumMessageSize": "1048576",
	"DelaySeconds": "0", "VisibilityTimeout": "60", "MessageRetentionPeriod": "345600", "KmsMasterKeyId": key, "KmsDataKeyReusePeriodSeconds": "3600",
	"RedrivePolicy":      `{"maxReceiveCount":"100","deadLetterTargetArn":"` + sqsARN + `ringfence-dead-letters"}`,
	"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`,
	"Policy": `{"Id":"x","Version":"2012-10-17","Statement":[
		{"Effect":"Deny","Principal":"*","Action":["sqs:*"],"Resource":"` + sqsARN + `ringfence-events","Condition":{"Bool":{"aws:SecureTransport":false}}},
		{"Sid":"Renamed","Effect":"Allow","Principal":{"Service":["events.amazonaws.com"]},"Action":"sqs:SendMessage","Resource":["` + sqsARN + `ringfence-events"],
		 "Condition":{"StringEquals":{"aws:SourceAccount":["123456789012"]},"ArnEquals":{"aws:SourceArn":[
		  "arn:aws:events:us-east-1:123456789012:rule/ringfence-drift","arn:aws:events:us-east-1:123456789012:rule/ringfence-changes",
		  "arn:aws:events:us-east-1:123456789012:rule/ringfence-control","arn:aws:events:us-east-1:123456789012:rule/ringfence-control-base",
		  "arn:aws:events:us-east-1:123456789012:rule/ringfence-control-out"]}}},
		{"Effect":"Deny","Principal":"*","Action":["sqs:StartMessageMoveTask","sqs:ReceiveMessage","sqs:PurgeQueue","sqs:DeleteMessage","sqs:ChangeMessageVisibility"],
		 "Resource":"` + sqsARN + `ringfence-events","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ringfence/ringfence-enforce"}}},
		{"Effect":"Deny","Principal":"*","Action":"sqs:SendMessage","Resource":"` + sqsARN + `ringfence-events",
		 "Condition":{"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},"ArnNotEquals":{"aws:PrincipalArn":"` + operator + `"}}}]}`,
}

func TestAnUnchangedQueue(t *testing.T) {
	p := expected(t, stack(t), sqsARN+"ringfence-events")
	if got := p.Differs(QueueFacts(events)); got != nil {
		t.Errorf("differs in %v\n%s", got, cmp.Diff(p.want, QueueFacts(events)))
	}
	older := maps.Clone(events)
	older["MaximumMessageSize"] = "262144"
	if got := p.Differs(QueueFacts(older)); got != nil {
		t.Errorf("the size of an older queue: %v", got)
	}
	s := stack(t)
	s.Operator = ""
	if got := expected(t, s, sqsARN+"ringfence-events").Differs(QueueFacts(events)); !slices.Equal(got, []string{"Policy"}) {
		t.Errorf("an operator that nobody configured: %v", got)
	}
}

func TestEachChangeOfAQueueIsFound(t *testing.T) {
	p := expected(t, stack(t), sqsARN+"ringfence-events")
	for _, c := range []struct{ attribute, from, to string }{
		{"DelaySeconds", "0", "900"},
		{"VisibilityTimeout", "60", "0"},
		{"MessageRetentionPeriod", "345600", "60"},
		{"MaximumMessageSize", "1048576", "1024"},
		{"KmsMasterKeyId", "0e2b41a3", "other"},
		{"KmsMasterKeyId", key, ""},
		{"KmsDataKeyReusePeriodSeconds", "3600", "60"},
		{"RedrivePolicy", "dead-letters", "other"},
		{"RedrivePolicy", `"100"`, `"1"`},
		{"RedrivePolicy", events["RedrivePolicy"], ""},
		{"RedriveAllowPolicy", "denyAll", "allowAll"},
		{"RedriveAllowPolicy", events["RedriveAllowPolicy"], ""},
		{"Policy", "ringfence-enforce", "mallory"},
		{"Policy", "rule/ringfence-changes", "rule/other"},
		{"Policy", `"arn:aws:events:us-east-1:123456789012:rule/ringfence-drift",`, ""},
		{"Policy", `"Effect":"Deny","Principal":"*","Action":["sqs:*"]`, `"Effect":"Allow","Principal":"*","Action":["sqs:*"]`},
		{"Policy", `"sqs:PurgeQueue",`, ""},
		{"Policy", `"Statement":[`, `"Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"sqs:SendMessage","Resource":"*"},`},
		{"Policy", `"BoolIfExists":{"aws:PrincipalIsAWSService":"false"},`, ""},
		{"Policy", events["Policy"], ""},
		{"Policy", events["Policy"], "{"},
	} {
		changed := maps.Clone(events)
		changed[c.attribute] = strings.Replace(changed[c.attribute], c.from, c.to, 1)
		if changed[c.attribute] == events[c.attribute] {
			t.Fatalf("%v changes nothing", c)
		}
		if got := p.Differs(QueueFacts(changed)); !slices.Equal(got, []string{c.attribute}) {
			t.Errorf("%s: %s for %s: differs in %v", c.attribute, c.to, c.from, got)
		}
	}
	letters := expected(t, stack(t), sqsARN+"ringfence-dead-letters")
	if letters.want["MessageRetentionPeriod"] != "1209600" || letters.want["RedrivePolicy"] != nil {
		t.Errorf("the dead letters: %v", letters.want)
	}
	with := maps.Clone(letters.want)
	with["RedrivePolicy"] = parsed(events["RedrivePolicy"])
	if got := letters.Differs(with); !slices.Equal(got, []string{"RedrivePolicy"}) {
		t.Errorf("dead letters that are thrown on: %v", got)
	}
}

// document returns a policy of the template as text.
func document(t *testing.T, s Stack, id, property string) string {
	t.Helper()
	r := &resolver{stack: s}
	if err := json.Unmarshal(template, &r.resources); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(r.value(r.resources[id].Properties[property]))
	if err != nil || r.err != nil {
		t.Fatal(err, r.err)
	}
	return string(text)
}

func TestEachChangeOfOtherPartsIsFound(t *testing.T) {
	s := stack(t)
	topicPolicy, keyPolicy := document(t, s, "TopicPolicy", "PolicyDocument"), document(t, s, "Key", "KeyPolicy")
	tablePolicy, ok := strings.CutPrefix(document(t, s, "Ledger", "ResourcePolicy"), `{"PolicyDocument":`)
	if tablePolicy = strings.TrimSuffix(tablePolicy, "}"); !ok {
		t.Fatal(tablePolicy)
	}
	topic := func(policy, key string) Facts {
		return TopicFacts(map[string]string{"Policy": policy, "KmsMasterKeyId": key, "Owner": "123456789012"})
	}
	const table, enforce = "arn:aws:dynamodb:us-east-1:123456789012:table/ringfence-ledger", "arn:aws:lambda:us-east-1:123456789012:function:ringfence-enforce"
	takes := func(queue string) Mapping {
		return Mapping{Source: sqsARN + "ringfence-" + queue, State: "Enabled", Batch: 10, Most: 3, Responses: []string{"ReportBatchItemFailures"}}
	}
	mappings := func(change func(changes, followUps *Mapping)) Facts {
		changes, followUps := takes("events"), takes("follow-up")
		followUps.Most = 2
		change(&changes, &followUps)
		return FunctionFacts([]Mapping{followUps, changes})
	}
	for _, c := range []struct {
		name, arn string
		facts     Facts
		want      []string
	}{
		{"a topic", "arn:aws:sns:us-east-1:123456789012:ringfence-findings", topic(topicPolicy, key), nil},
		{"no key", "arn:aws:sns:us-east-1:123456789012:ringfence-findings", topic(topicPolicy, ""), []string{"KmsMasterKeyId"}},
		{"an alarm less", "arn:aws:sns:us-east-1:123456789012:ringfence-findings", topic(strings.Replace(topicPolicy, "alarm:ringfence-quiet", "alarm:other", 1), key), []string{"Policy"}},
		{"no policy", "arn:aws:sns:us-east-1:123456789012:ringfence-findings", topic("", key), []string{"Policy"}},

		{"a key", key, KeyFacts("Enabled", keyPolicy, true), nil},
		{"a disabled key", key, KeyFacts("Disabled", keyPolicy, true), []string{"KeyState"}},
		{"a key to be deleted", key, KeyFacts("PendingDeletion", keyPolicy, true), []string{"KeyState"}},
		{"a key that is not rotated", key, KeyFacts("Enabled", keyPolicy, false), []string{"EnableKeyRotation"}},
		{"a key for others", key, KeyFacts("Enabled", strings.Replace(keyPolicy, ":root", ":role/mallory", 1), true), []string{"KeyPolicy"}},

		{"a table", table, TableFacts("PAY_PER_REQUEST", key, "expires", tablePolicy, true, true), nil},
		{"a capacity", table, TableFacts("PROVISIONED", key, "expires", tablePolicy, true, true), []string{"BillingMode"}},
		{"another key", table, TableFacts("PAY_PER_REQUEST", "", "expires", tablePolicy, true, true), []string{"KMSMasterKeyId"}},
		{"no time to live", table, TableFacts("PAY_PER_REQUEST", key, "", tablePolicy, true, true), []string{"TimeToLive"}},
		{"another time to live", table, TableFacts("PAY_PER_REQUEST", key, "updated", tablePolicy, true, true), []string{"TimeToLive"}},
		{"written by others", table, TableFacts("PAY_PER_REQUEST", key, "expires", strings.Replace(tablePolicy, "dynamodb:PutItem", "dynamodb:GetItem", 1), true, true), []string{"ResourcePolicy"}},
		{"unprotected", table, TableFacts("PAY_PER_REQUEST", key, "expires", tablePolicy, false, true), []string{"DeletionProtectionEnabled"}},
		{"no backups", table, TableFacts("PAY_PER_REQUEST", key, "expires", tablePolicy, true, false), []string{"PointInTimeRecoveryEnabled"}},

		{"mappings", enforce, mappings(func(_, _ *Mapping) {}), nil},
		{"one that is being enabled", enforce, mappings(func(a, _ *Mapping) { a.State = "Enabling" }), nil},
		{"a disabled one", enforce, mappings(func(a, _ *Mapping) { a.State = "Disabled" }), []string{"mapping of ringfence-events"}},
		{"a filter", enforce, mappings(func(a, _ *Mapping) { a.Filtered = true }), []string{"mapping of ringfence-events"}},
		{"a batch", enforce, mappings(func(_, b *Mapping) { b.Batch = 1 }), []string{"mapping of ringfence-follow-up"}},
		{"too many at once", enforce, mappings(func(a, _ *Mapping) { a.Most = 0 }), []string{"mapping of ringfence-events"}},
		{"whole batches", enforce, mappings(func(a, _ *Mapping) { a.Responses = nil }), []string{"mapping of ringfence-events"}},
		{"another queue", enforce, mappings(func(a, _ *Mapping) { a.Source = sqsARN + "bait" }), []string{"mapping of bait", "mapping of ringfence-events"}},
		{"none", enforce, FunctionFacts(nil), []string{"mapping of ringfence-events", "mapping of ringfence-follow-up"}},
	} {
		if got := expected(t, s, c.arn).Differs(c.facts); !slices.Equal(got, c.want) {
			t.Errorf("%s: differs in %v, want %v\n%s", c.name, got, c.want, cmp.Diff(expected(t, s, c.arn).want, c.facts))
		}
	}
}

// Everything can be resolved in another partition, with another name and with all conditional
// resources.
func TestEveryStackIsResolved(t *testing.T) {
	s, err := Of("arn:aws-cn:cloudformation:cn-north-1:123456789012:stack/fence/1")
	if err != nil {
		t.Fatal(err)
	}
	s.ConfigRule, s.Organization, s.RolePath, s.RoleNamePrefix = true, true, "/platform/", "acme-"
	p := expected(t, s, "arn:aws-cn:sns:cn-north-1:123456789012:fence-findings")
	if !strings.Contains(text(p.want), "alarm:fence-config-rule-unanswered") {
		t.Errorf("the alarm of the rule of AWS Config: %v", p.want)
	}
	queue := text(expected(t, s, "arn:aws-cn:sqs:cn-north-1:123456789012:fence-events").want)
	if !strings.Contains(queue, "rule/fence-org/fence-org-changes") || !strings.Contains(queue, "role/platform/acme-fence-enforce") {
		t.Errorf("the rules of the organization, and the path and prefix of roles: %s", queue)
	}
	s.Organization, s.RolePath, s.RoleNamePrefix = false, "", ""
	queue = text(expected(t, s, "arn:aws-cn:sqs:cn-north-1:123456789012:fence-events").want)
	if strings.Contains(queue, "-org") || !strings.Contains(queue, "role/ringfence/fence-enforce") {
		t.Errorf("one account, and the default path: %s", queue)
	}
	for _, id := range []string{"", "arn:aws:cloudformation:us-east-1:123456789012:stack/ringfence", "arn:aws:sqs:us-east-1:123456789012:stack/a/b"} {
		if _, err := Of(id); err == nil {
			t.Errorf("%q is taken for a stack", id)
		}
	}
	r := &resolver{stack: s, resources: map[string]resource{}}
	for _, v := range []any{
		map[string]any{"Ref": "Nobody"}, map[string]any{"Fn::Sub": "${Nobody}"}, map[string]any{"Fn::If": []any{"Nobody", 1, 2}}, map[string]any{"Fn::Join": []any{}},
	} {
		if r.err = nil; r.value(v) == nil || r.err == nil {
			t.Errorf("%v is known", v)
		}
	}
}
