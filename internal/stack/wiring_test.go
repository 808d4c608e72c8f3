package stack_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

func decode(t *testing.T, path string, into any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(plain(t, root.Content[0]))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// compile makes a policy document of the template ready for questions.
func (s *stack) compile(document any) *eval.Policy {
	s.t.Helper()
	text, err := json.Marshal(s.resolve(document))
	if err != nil {
		s.t.Fatal(err)
	}
	d, err := policy.Parse(text)
	if err != nil {
		s.t.Fatalf("%v in %s", err, text)
	}
	kind := policy.IdentityPolicy
	if d.Statements[0].Principal != nil {
		kind = policy.ResourcePolicy
	}
	if err := d.Validate(kind); err != nil {
		s.t.Errorf("%v in %s", err, text)
	}
	return eval.Compile(d)
}

// The events of each rule end in the function, and what cannot be delivered in the
// rules' dead letters.
func TestRulesReachTheFunction(t *testing.T) {
	s := single(t)
	sources := s.eventSources()
	for rule, queue := range map[string]string{"ChangesRule": "EventQueue", "ControlRule": "EventQueue", "FindingsRule": "SecondLookQueue"} {
		p := s.properties(rule)
		targets := s.get(p, "Targets").([]any)
		if len(targets) != 1 || s.get(targets, 0, "Arn") != s.attribute(queue, "Arn") {
			t.Errorf("%s targets %v, want %s alone", rule, targets, queue)
		}
		if s.get(p, "State") != "ENABLED" {
			t.Errorf("%s is not enabled", rule)
		}
		if got := s.get(targets, 0, "DeadLetterConfig", "Arn"); got != s.attribute("RuleDeadLetters", "Arn") {
			t.Errorf("%s has the dead letters %v", rule, got)
		}
		for _, q := range []string{queue, "RuleDeadLetters"} {
			if !s.maySend(rule, q) {
				t.Errorf("%s may not send to %s", rule, q)
			}
		}
		if !slices.Contains(sources, s.attribute(queue, "Arn")) {
			t.Errorf("nothing takes events from %s", queue)
		}
	}
	if len(s.ofType("AWS::Events::Rule")) != 3 {
		t.Error("a rule is not in this test")
	}
	if s.maySend("FindingsRule", "EventQueue") || s.maySend("ChangesRule", "SecondLookQueue") {
		t.Error("a rule may send to another one's queue")
	}
	if got := s.get(s.properties("SecondLookQueue"), "DelaySeconds"); fmt.Sprint(got) != "60" {
		t.Errorf("the second look comes after %v s", got)
	}
}

// eventSources are the queues that the function takes events from, each with partial
// batch responses.
func (s *stack) eventSources() (arns []string) {
	concurrency := 0.0
	for _, id := range s.ofType("AWS::Lambda::EventSourceMapping") {
		p := s.properties(id)
		if p["FunctionName"] != s.ref("EnforceFunction") {
			s.t.Errorf("%s is not for the function", id)
		}
		if fmt.Sprint(p["FunctionResponseTypes"]) != "[ReportBatchItemFailures]" {
			s.t.Errorf("%s: one bad message would fail its batch", id)
		}
		arns = append(arns, p["EventSourceArn"].(string))
		concurrency += s.get(p, "ScalingConfig", "MaximumConcurrency").(float64)
	}
	if reserved := s.get(s.properties("EnforceFunction"), "ReservedConcurrentExecutions").(float64); concurrency > reserved {
		s.t.Errorf("the queues ask for %v at once, and %v are reserved", concurrency, reserved)
	}
	return arns
}

// maySend reports whether a queue's policy lets EventBridge send for a rule.
func (s *stack) maySend(rule, queue string) bool {
	return s.asks(s.queuePolicy(queue), "events.amazonaws.com", "sqs:SendMessage", s.attribute(queue, "Arn"), map[string][]string{
		"aws:SourceArn": {s.attribute(rule, "Arn")}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"true"},
	})
}

// queuePolicy is the one policy of a queue.
func (s *stack) queuePolicy(queue string) *eval.Policy {
	s.t.Helper()
	var found []*eval.Policy
	for _, id := range s.ofType("AWS::SQS::QueuePolicy") {
		p := s.properties(id)
		if slices.Contains(p["Queues"].([]any), s.ref(queue)) {
			found = append(found, s.compile(p["PolicyDocument"]))
		}
	}
	if len(found) != 1 {
		s.t.Fatalf("%s has %d policies", queue, len(found))
	}
	return found[0]
}

// asks puts one request to a resource's policy, by a service or by the account's root.
func (s *stack) asks(p *eval.Policy, who, action, on string, context map[string][]string) bool {
	s.t.Helper()
	caller, err := eval.ParsePrincipal(who)
	if err != nil {
		s.t.Fatal(err)
	}
	d := eval.Evaluate(&eval.Policies{Resource: p}, &eval.Request{
		Principal: caller, Action: action, Resource: on, ResourceAccount: account, Context: eval.NewContext(context),
	})
	if d.Uncertain {
		s.t.Errorf("%s on %s by %s: uncertain", action, on, who)
	}
	return d.Outcome == eval.Allow
}

// Queues and topic admit this stack's rules and alarms, over TLS, and nobody else.
func TestQueuesAndTopicAdmitNobodyElse(t *testing.T) {
	s := single(t)
	rule := s.attribute("ChangesRule", "Arn")
	base := map[string][]string{"aws:SourceArn": {rule}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"true"}}
	with := func(key, value string) map[string][]string {
		out := map[string][]string{}
		for k, v := range base {
			out[k] = v
		}
		out[key] = []string{value}
		return out
	}
	queue, arn := s.queuePolicy("EventQueue"), s.attribute("EventQueue", "Arn")
	for name, c := range map[string]struct {
		who     string
		action  string
		context map[string][]string
		want    bool
	}{
		"the rule":                        {"events.amazonaws.com", "sqs:SendMessage", base, true},
		"the rule, without TLS":           {"events.amazonaws.com", "sqs:SendMessage", with("aws:SecureTransport", "false"), false},
		"the rule, another action":        {"events.amazonaws.com", "sqs:PurgeQueue", base, false},
		"another rule of the account":     {"events.amazonaws.com", "sqs:SendMessage", with("aws:SourceArn", rule+"2"), false},
		"a rule of that name elsewhere":   {"events.amazonaws.com", "sqs:SendMessage", with("aws:SourceArn", strings.Replace(rule, account, "210987654321", 1)), false},
		"on behalf of another account":    {"events.amazonaws.com", "sqs:SendMessage", with("aws:SourceAccount", "210987654321"), false},
		"another service":                 {"sns.amazonaws.com", "sqs:SendMessage", base, false},
		"another account":                 {"arn:aws:iam::210987654321:root", "sqs:SendMessage", base, false},
		"a role of another account reads": {"arn:aws:iam::210987654321:role/x", "sqs:ReceiveMessage", base, false},
	} {
		if got := s.asks(queue, c.who, c.action, arn, c.context); got != c.want {
			t.Errorf("queue, %s: allowed %v", name, got)
		}
	}

	topic, topicARN := s.compile(s.properties("TopicPolicy")["PolicyDocument"]), s.ref("Topic").(string)
	alarm := s.attribute("ErrorsAlarm", "Arn")
	for name, c := range map[string]struct {
		who     string
		context map[string][]string
		want    bool
	}{
		"an alarm":                  {"cloudwatch.amazonaws.com", with("aws:SourceArn", alarm), true},
		"an alarm of another stack": {"cloudwatch.amazonaws.com", with("aws:SourceArn", strings.Replace(alarm, ":"+name, ":other", 1)), false},
		"no TLS": {"cloudwatch.amazonaws.com", map[string][]string{
			"aws:SourceArn": {alarm}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"false"},
		}, false},
		"EventBridge":     {"events.amazonaws.com", base, false},
		"another account": {"arn:aws:iam::210987654321:root", base, false},
	} {
		if got := s.asks(topic, c.who, "sns:Publish", topicARN, c.context); got != c.want {
			t.Errorf("topic, %s: allowed %v", name, got)
		}
	}
}

// What cannot be handled is kept for 14 days; a message is not seen by two at once.
func TestQueuesRedriveAndKeep(t *testing.T) {
	s := single(t)
	timeout := s.get(s.properties("EnforceFunction"), "Timeout").(float64)
	for _, q := range []string{"EventQueue", "SecondLookQueue"} {
		p := s.properties(q)
		if got := s.get(p, "RedrivePolicy", "deadLetterTargetArn"); got != s.attribute("DeadLetters", "Arn") {
			t.Errorf("%s redrives to %v", q, got)
		}
		if got := s.get(p, "RedrivePolicy", "maxReceiveCount").(float64); got < 5 {
			t.Errorf("%s gives up after %v tries; Lambda asks for at least 5", q, got)
		}
		if got := s.get(p, "VisibilityTimeout").(float64); got < 6*timeout {
			t.Errorf("%s: visibility time-out of %v s for a function of %v s", q, got, timeout)
		}
		if !slices.Contains(s.get(s.properties("DeadLetters"), "RedriveAllowPolicy", "sourceQueueArns").([]any), any(s.attribute(q, "Arn"))) {
			t.Errorf("%s may not redrive", q)
		}
	}
	for _, q := range []string{"DeadLetters", "RuleDeadLetters"} {
		if got := s.get(s.properties(q), "MessageRetentionPeriod").(float64); got != 14*24*3600 {
			t.Errorf("%s keeps messages for %v s", q, got)
		}
	}
	if len(s.ofType("AWS::SQS::Queue")) != 4 {
		t.Error("a queue is not in this test")
	}
}

// Topic, queues and logs are encrypted with the stack's key, and those who must can
// use it.
func TestTheKeyIsUsedAndUsable(t *testing.T) {
	s := single(t)
	arn := s.attribute("Key", "Arn")
	for _, kind := range []string{"AWS::SQS::Queue", "AWS::SNS::Topic"} {
		for _, id := range s.ofType(kind) {
			if got := s.properties(id)["KmsMasterKeyId"]; got != arn {
				t.Errorf("%s is encrypted with %v", id, got)
			}
		}
	}
	if got := s.properties("EnforceLogs")["KmsKeyId"]; got != arn {
		t.Errorf("the logs are encrypted with %v", got)
	}
	key := s.properties("Key")
	if key["EnableKeyRotation"] != true {
		t.Error("the key does not rotate")
	}
	p := s.compile(key["KeyPolicy"])
	group := strings.TrimSuffix(s.attribute("EnforceLogs", "Arn"), ":*")
	for _, c := range []struct {
		who, action string
		context     map[string][]string
		want        bool
	}{
		{"events.amazonaws.com", "kms:GenerateDataKey", map[string][]string{"aws:SourceAccount": {account}}, true},
		{"events.amazonaws.com", "kms:Decrypt", map[string][]string{"aws:SourceAccount": {account}}, true},
		{"events.amazonaws.com", "kms:Decrypt", map[string][]string{"aws:SourceAccount": {"210987654321"}}, false},
		{"events.amazonaws.com", "kms:ScheduleKeyDeletion", map[string][]string{"aws:SourceAccount": {account}}, false},
		{"cloudwatch.amazonaws.com", "kms:GenerateDataKey", map[string][]string{"aws:SourceAccount": {account}}, true},
		{"logs." + region + ".amazonaws.com", "kms:Encrypt", map[string][]string{"kms:EncryptionContext:aws:logs:arn": {group}}, true},
		{"logs." + region + ".amazonaws.com", "kms:Encrypt", map[string][]string{"kms:EncryptionContext:aws:logs:arn": {group + "2"}}, false},
		{"s3.amazonaws.com", "kms:Decrypt", map[string][]string{"aws:SourceAccount": {account}}, false},
		{"arn:aws:iam::210987654321:root", "kms:Decrypt", nil, false},
	} {
		if got := s.asks(p, c.who, c.action, arn, c.context); got != c.want {
			t.Errorf("%s may %s with %v: %v", c.who, c.action, c.context, got)
		}
	}
}

// The function publishes to this topic, logs where logs are kept, and is told what the
// parameters say, in the words that it reads.
func TestTheFunctionIsTold(t *testing.T) {
	s := single(t)
	p := s.properties("EnforceFunction")
	environment := s.get(p, "Environment", "Variables").(map[string]any)
	for key, want := range map[string]any{
		"RINGFENCE_TOPIC_ARN": s.ref("Topic"), "RINGFENCE_BOUNDARY_ARN": team, "RINGFENCE_MODE": "alert", "RINGFENCE_EVENT_BUS": "default",
	} {
		if environment[key] != want {
			t.Errorf("%s is %v, want %v", key, environment[key], want)
		}
	}
	if got := s.get(p, "LoggingConfig", "LogGroup"); got != "/aws/lambda/"+s.get(p, "FunctionName").(string) {
		t.Errorf("logs go to %v", got)
	}
	if s.get(p, "TracingConfig", "Mode") != "Active" || s.get(p, "Runtime") != "provided.al2023" {
		t.Error("no tracing, or another runtime")
	}
	if fmt.Sprint(p["Architectures"]) != "[arm64]" {
		t.Errorf("architecture %v by default", p["Architectures"])
	}
	if p["Role"] != s.attribute("EnforceRole", "Arn") {
		t.Errorf("role %v", p["Role"])
	}
	if fmt.Sprint(p["ReservedConcurrentExecutions"]) != "5" {
		t.Errorf("reserved concurrency %v", p["ReservedConcurrentExecutions"])
	}
	none := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "ReserveConcurrency": "false"})
	if v, set := none.properties("EnforceFunction")["ReservedConcurrentExecutions"]; set {
		t.Errorf("reserved concurrency %v, where none was asked for", v)
	}
	if got := s.properties("EmailSubscription"); got["TopicArn"] != s.ref("Topic") || got["Endpoint"] != "security@example.com" {
		t.Errorf("subscription %v", got)
	}
}

// template.yaml and the translation that these tests walk are of the same stack.
func TestTranslationHasTheSameResources(t *testing.T) {
	source, translated := readTemplate(t, templateFile), readTemplate(t, translatedFile)
	for id, r := range source.Resources {
		if translated.Resources[id].Type == "" {
			t.Errorf("%s (%s) is not in the translation: make translate", id, r.Type)
		}
	}
	added := len(translated.Resources) - len(source.Resources)
	if added != len(translated.ofType("AWS::Lambda::EventSourceMapping")) {
		t.Errorf("the translation adds %d resources", added)
	}
}
