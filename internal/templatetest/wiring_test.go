package templatetest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/handler"
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

// compile compiles a policy document of the template.
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
	switch first := d.Statements[0]; {
	case first.Principal != nil && len(first.Resource.Values) == 0:
		kind = policy.TrustPolicy
	case first.Principal != nil:
		kind = policy.ResourcePolicy
	}
	if err := d.Validate(kind); err != nil {
		s.t.Errorf("%v in %s", err, text)
	}
	return eval.Compile(d)
}

// Each rule sends its events to the enforce function, and undeliverable events to the rules'
// dead-letter queue.
func TestRulesReachTheFunction(t *testing.T) {
	s := single(t)
	for _, rule := range s.ofType("AWS::Events::Rule") {
		p := s.properties(rule)
		targets := s.get(p, "Targets").([]any)
		if len(targets) != 1 || s.get(targets, 0, "Arn") != s.attribute("EventQueue", "Arn") {
			t.Errorf("%s targets %v, want the events' queue alone", rule, targets)
		}
		// The events of an account are a group of their own, so that a busy one delays no other.
		if got := s.get(targets, 0, "SqsParameters", "MessageGroupId"); got != "$.account" {
			t.Errorf("%s puts its events in the group %v", rule, got)
		}
		if s.get(p, "State") != "ENABLED" {
			t.Errorf("%s is not enabled", rule)
		}
		if got := s.get(targets, 0, "DeadLetterConfig", "Arn"); got != s.attribute("RuleDeadLetters", "Arn") {
			t.Errorf("%s has the dead letters %v", rule, got)
		}
		for _, q := range s.ofType("AWS::SQS::Queue") {
			if got, want := s.maySend(rule, q), q == "EventQueue" || q == "RuleDeadLetters"; got != want {
				t.Errorf("%s may send to %s: %v", rule, q, got)
			}
		}
	}
	if got := s.ofType("AWS::Events::Rule"); !slices.Equal(got, []string{"ChangesRule", "ControlBaseRule", "ControlOutRule", "ControlRule", "DriftRule", "OrgChangesRule", "OrgControlRule"}) {
		t.Errorf("the rules are %v", got)
	}
}

// mapping is a queue from which a function takes messages.
type mapping struct{ function, queue string }

// mappings returns all mappings by id. Other tests check their settings.
func (s *stack) mappings() map[string]mapping {
	s.t.Helper()
	out := map[string]mapping{}
	for _, id := range s.ofType("AWS::Lambda::EventSourceMapping") {
		p, m := s.properties(id), mapping{}
		for _, function := range s.ofType("AWS::Lambda::Function") {
			if p["FunctionName"] == s.ref(function) {
				m.function = function
			}
		}
		for _, queue := range s.ofType("AWS::SQS::Queue") {
			if p["EventSourceArn"] == s.attribute(queue, "Arn") {
				m.queue = queue
			}
		}
		out[id] = m
	}
	return out
}

// Each function takes its messages from queues that no other function reads.
func TestFunctionsTakeFromTheirQueues(t *testing.T) {
	s := single(t)
	var got []string
	concurrency := map[string]float64{}
	for id, m := range s.mappings() {
		p := s.properties(id)
		got = append(got, m.function+" "+m.queue)
		if fmt.Sprint(p["FunctionResponseTypes"]) != "[ReportBatchItemFailures]" {
			t.Errorf("%s: one bad message would fail its batch", id)
		}
		batch := "10"
		if m.function == "SweepFunction" {
			batch = "1" // a sweep needs a whole invocation
		}
		if fmt.Sprint(p["BatchSize"]) != batch || p["MaximumBatchingWindowInSeconds"] != nil {
			t.Errorf("%s: batches of %v, within %v s", id, p["BatchSize"], p["MaximumBatchingWindowInSeconds"])
		}
		concurrency[m.function] += s.get(p, "ScalingConfig", "MaximumConcurrency").(float64)
	}
	slices.Sort(got)
	want := []string{"EnforceFunction EventQueue", "EnforceFunction FollowUpQueue", "ReportFunction ReportQueue", "SweepFunction SweepQueue"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for function, asked := range concurrency {
		if function == "SweepFunction" {
			asked-- // a queue's minimum is two
		}
		if reserved := s.get(s.properties(function), "ReservedConcurrentExecutions").(float64); asked != reserved {
			t.Errorf("the queues of %s ask for %v at once, and %v are reserved", function, asked, reserved)
		}
	}
}

// No message is seen by two invocations at once: Lambda refuses a mapping if the queue shows a
// message again while the function may still run.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
func TestMessagesStayHiddenWhileAFunctionRuns(t *testing.T) {
	s := single(t)
	for id, m := range s.mappings() {
		timeout := s.get(s.properties(m.function), "Timeout").(float64)
		visibility := s.get(s.properties(m.queue), "VisibilityTimeout").(float64)
		if visibility < timeout*3/2 {
			t.Errorf("%s: %s hides a message for %v s, and %s may run for %v s", id, m.queue, visibility, m.function, timeout)
		}
	}
	for function, want := range map[string]float64{"EnforceFunction": 20, "ReportFunction": 60, "SweepFunction": 120} {
		if got := s.get(s.properties(function), "Timeout").(float64); got != want {
			t.Errorf("%s may run for %v s, not %v", function, got, want)
		}
	}
}

// A function asks a queue for its messages by hiding them as long as the queue does. It accepts
// nothing that does not come from a queue.
func TestTheFunctionsAskTheirQueues(t *testing.T) {
	s := single(t)
	hidden := map[string]time.Duration{"EnforceFunction": handler.EnforceVisibilityTimeout, "ReportFunction": handler.ReportVisibilityTimeout, "SweepFunction": handler.SweepVisibilityTimeout}
	for id, m := range s.mappings() {
		if got := s.get(s.properties(m.queue), "VisibilityTimeout").(float64); got != hidden[m.function].Seconds() {
			t.Errorf("%s: %s hides a message for %v s, and %s for %v", id, m.queue, got, m.function, hidden[m.function])
		}
	}
	for _, function := range functions {
		if s.settings(function).Direct || s.environment(function)[boot.EnvLocal] != nil {
			t.Errorf("%s takes events that come without a queue", function)
		}
	}
}

// maySend reports whether a queue's policy allows EventBridge to send for a rule.
func (s *stack) maySend(rule, queue string) bool {
	return s.asks(s.queuePolicy(queue), "events.amazonaws.com", "sqs:SendMessage", s.attribute(queue, "Arn"), map[string][]string{
		"aws:SourceArn": {s.attribute(rule, "Arn")}, "aws:SourceAccount": {account}, "aws:SecureTransport": {"true"},
	})
}

// queuePolicy returns the policy of a queue.
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

// asks evaluates a request of a service or of the account's root with a resource policy.
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

// Queues and topic accept only this stack's rules and alarms, over TLS.
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

// Only the functions' roles send follow-ups, findings and dead letters, over TLS. No service or
// other account can add to them.
func TestOnlyTheFunctionsSend(t *testing.T) {
	s := single(t)
	sends := map[string][]string{
		"FollowUpQueue": functions, "ReportQueue": {"Enforce", "Report"}, "SweepQueue": {"Enforce", "Sweep"}, "DeadLetters": functions, "EventQueue": nil, "RuleDeadLetters": nil,
	}
	if len(s.ofType("AWS::SQS::Queue")) != len(sends) {
		t.Error("a queue is not in this test")
	}
	for queue, want := range sends {
		arn := s.attribute(queue, "Arn")
		for _, function := range functions {
			r := s.role(function)
			if got := r.may("sqs:SendMessage", arn, nil).Outcome == eval.Allow; got != slices.Contains(want, function) {
				t.Errorf("%s may send to %s: %v", function, queue, got)
			}
			plain := map[string][]string{"aws:SecureTransport": {"false"}}
			for _, action := range []string{"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"} {
				if d := r.may(action, arn, plain); d.Outcome != eval.ExplicitDeny {
					t.Errorf("%s: %s on %s without TLS: %s", function, action, queue, d.Outcome)
				}
			}
		}
		for _, who := range []string{"sns.amazonaws.com", "s3.amazonaws.com", "arn:aws:iam::210987654321:root", "arn:aws:iam::210987654321:role/x"} {
			context := map[string][]string{"aws:SecureTransport": {"true"}, "aws:SourceAccount": {account}, "aws:SourceArn": {"arn:aws:s3:::x"}}
			if s.asks(s.queuePolicy(queue), who, "sqs:SendMessage", arn, context) {
				t.Errorf("%s may send to %s", who, queue)
			}
		}
	}
}

// Dead letters are kept for 14 days, waiting messages for 4. A throttled message comes back every
// few seconds, so its receive count does not show that it is bad.
func TestQueuesRedriveAndKeep(t *testing.T) {
	s := single(t)
	var sources []any
	for _, q := range []string{"EventQueue", "FollowUpQueue", "ReportQueue", "SweepQueue"} {
		p := s.properties(q)
		if got := s.get(p, "RedrivePolicy", "deadLetterTargetArn"); got != s.attribute("DeadLetters", "Arn") {
			t.Errorf("%s redrives to %v", q, got)
		}
		if got := s.get(p, "RedrivePolicy", "maxReceiveCount").(float64); got != 100 {
			t.Errorf("%s gives up after %v receives", q, got)
		}
		if got := s.get(p, "MessageRetentionPeriod").(float64); got != 4*24*3600 {
			t.Errorf("%s keeps messages for %v s", q, got)
		}
		if got, set := p["DelaySeconds"]; set {
			t.Errorf("%s delays every message by %v s", q, got)
		}
		sources = append(sources, s.attribute(q, "Arn"))
	}
	if diff := cmp.Diff(sources, s.get(s.properties("DeadLetters"), "RedriveAllowPolicy", "sourceQueueArns")); diff != "" {
		t.Errorf("queues that may redrive (-want +got):\n%s", diff)
	}
	for _, q := range []string{"DeadLetters", "RuleDeadLetters"} {
		if got := s.get(s.properties(q), "MessageRetentionPeriod").(float64); got != 14*24*3600 {
			t.Errorf("%s keeps messages for %v s", q, got)
		}
	}
	if len(s.ofType("AWS::SQS::Queue")) != 6 {
		t.Error("a queue is not in this test")
	}
}

// The ledger is the only record of open findings: it cannot be deleted by accident or with the
// stack, and can be restored to any second of the last 35 days. The key that it needs cannot be
// deleted either.
func TestTheLedgerIsProtected(t *testing.T) {
	s := single(t)
	if got := s.ofType("AWS::DynamoDB::Table"); !slices.Equal(got, []string{"Ledger"}) {
		t.Fatalf("the tables are %v", got)
	}
	want := roundTrip(t, map[string]any{
		"TableName":                        name + "-ledger",
		"BillingMode":                      "PAY_PER_REQUEST",
		"AttributeDefinitions":             []any{map[string]any{"AttributeName": "pk", "AttributeType": "S"}},
		"KeySchema":                        []any{map[string]any{"AttributeName": "pk", "KeyType": "HASH"}},
		"SSESpecification":                 map[string]any{"SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": s.attribute("Key", "Arn")},
		"TimeToLiveSpecification":          map[string]any{"AttributeName": "expires", "Enabled": true},
		"PointInTimeRecoverySpecification": map[string]any{"PointInTimeRecoveryEnabled": true},
		"DeletionProtectionEnabled":        true,
	})
	got := maps.Clone(s.properties("Ledger"))
	delete(got, "ResourcePolicy") // see TestTheLedgerIsWrittenByTheFunctions
	if diff := cmp.Diff(want, any(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, id := range []string{"Ledger", "Key"} {
		if r := s.Resources[id]; r.DeletionPolicy != "Retain" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s: deletion %q, replacement %q", id, r.DeletionPolicy, r.UpdateReplacePolicy)
		}
	}
}

// Topic, queues, ledger and logs are encrypted with the stack's key, and the principals that need
// the key can use it.
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
	for _, id := range s.ofType("AWS::Logs::LogGroup") {
		if got := s.properties(id)["KmsKeyId"]; got != arn {
			t.Errorf("%s is encrypted with %v", id, got)
		}
	}
	key := s.properties("Key")
	if key["EnableKeyRotation"] != true {
		t.Error("the key does not rotate")
	}
	p := s.compile(key["KeyPolicy"])
	group := strings.TrimSuffix(s.attribute("EnforceLogs", "Arn"), ":*")
	second := strings.TrimSuffix(s.attribute("ReportLogs", "Arn"), ":*")
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
		{"logs." + region + ".amazonaws.com", "kms:Encrypt", map[string][]string{"kms:EncryptionContext:aws:logs:arn": {second}}, true},
		{"logs." + region + ".amazonaws.com", "kms:Encrypt", map[string][]string{"kms:EncryptionContext:aws:logs:arn": {group + "2"}}, false},
		{"s3.amazonaws.com", "kms:Decrypt", map[string][]string{"aws:SourceAccount": {account}}, false},
		{"arn:aws:iam::210987654321:root", "kms:Decrypt", nil, false},
	} {
		if got := s.asks(p, c.who, c.action, arn, c.context); got != c.want {
			t.Errorf("%s may %s with %v: %v", c.who, c.action, c.context, got)
		}
	}
}

// DynamoDB makes its grants on the key in the name of the deployer, who creates the table; no
// other principal makes grants.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-kms-authz
func TestTheTableCanBeCreated(t *testing.T) {
	s := single(t)
	key := s.compile(s.properties("Key")["KeyPolicy"])
	caller, err := eval.ParsePrincipal("arn:aws:iam::" + account + ":role/ringfence-deployer")
	if err != nil {
		t.Fatal(err)
	}
	for forAWS, want := range map[string]eval.Outcome{"true": eval.Allow, "false": eval.ExplicitDeny} {
		context := map[string][]string{"kms:GrantIsForAWSResource": {forAWS}, "aws:PrincipalIsAWSService": {"false"}}
		maps.Copy(context, throughService("dynamodb"))
		d := eval.Evaluate(&eval.Policies{Identity: []*eval.Policy{everything(t)}, Resource: key}, &eval.Request{
			Principal: caller, Action: "kms:CreateGrant", Resource: s.attribute("Key", "Arn"), ResourceAccount: account, Context: eval.NewContext(context),
		})
		if d.Outcome != want || d.Uncertain {
			t.Errorf("a grant, for an AWS resource %s: %s by %s, uncertain %v", forAWS, d.Outcome, d.DecidedBy, d.Uncertain)
		}
	}
}

// Each function logs to a retained log group, and gets the parameters' values and the names of its
// table, topic and queues in the variables that it reads. It does not get other values.
func TestTheFunctionsAreTold(t *testing.T) {
	s := single(t)
	all := map[string]any{
		"AWS_ENDPOINT_URL": "", "RINGFENCE_BOUNDARY_ARN": team, "RINGFENCE_BOUNDARY_DOCUMENT": "", "RINGFENCE_MODE": "alert", "RINGFENCE_LOG_LEVEL": "info",
		"RINGFENCE_LEDGER_TABLE": name + "-ledger", "RINGFENCE_FOLLOW_UP_QUEUE_URL": s.ref("FollowUpQueue"),
		"RINGFENCE_DEAD_LETTERS_URL": s.ref("DeadLetters"), "RINGFENCE_ACCOUNT": account, "RINGFENCE_EXTERNAL_ID": externalID,
	}
	only := map[string]map[string]any{
		"Enforce": {"RINGFENCE_PROPAGATION": "30s", "RINGFENCE_CONTROL": s.environment("Enforce")["RINGFENCE_CONTROL"], "RINGFENCE_REPORT_QUEUE_URL": s.ref("ReportQueue"), "RINGFENCE_SWEEP_QUEUE_URL": s.ref("SweepQueue")},
		"Report":  {"RINGFENCE_TOPIC_ARN": s.ref("Topic"), "RINGFENCE_EVENT_BUS": "default", "RINGFENCE_SECURITY_HUB": "false", "RINGFENCE_OCSF": "false", "RINGFENCE_DASHBOARD": name, "RINGFENCE_REPORT_QUEUE_URL": s.ref("ReportQueue")},
		"Sweep": {
			"RINGFENCE_SWEEP_QUEUE_URL": s.ref("SweepQueue"), "RINGFENCE_SWEEP_OVERRIDE_UNTIL": "", "RINGFENCE_CONTROL": s.environment("Sweep")["RINGFENCE_CONTROL"],
			"RINGFENCE_STACK_ID": s.ref("AWS::StackId"), "RINGFENCE_KEY_ARN": s.attribute("Key", "Arn"), "RINGFENCE_OPERATOR_ROLE_ARN": "", "RINGFENCE_CONFIG_RULE": "true",
			"RINGFENCE_ROLE_PATH": "/ringfence/", "RINGFENCE_ROLE_NAME_PREFIX": "", "RINGFENCE_EXCLUDED_ACCOUNTS": "",
		},
	}
	none := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "ReserveConcurrency": "false"})
	for _, function := range functions {
		maps.Copy(only[function], all)
		only[function]["RINGFENCE_MEMBER_ROLE"] = "arn:aws:iam::${account}:role/ringfence/ringfence-member-" + map[bool]string{true: "enforce", false: "read"}[function == "Enforce"]
		if diff := cmp.Diff(only[function], s.environment(function)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", function, diff)
		}
		p := s.properties(function + "Function")
		if got := s.get(p, "LoggingConfig", "LogGroup"); got != "/aws/lambda/"+s.get(p, "FunctionName").(string) || got != s.ref(function+"Logs") {
			t.Errorf("the logs of %s go to %v", function, got)
		}
		if s.get(p, "TracingConfig", "Mode") != "Active" || s.get(p, "Runtime") != "provided.al2023" || s.get(p, "Handler") != "bootstrap" {
			t.Errorf("%s: no tracing, or another runtime", function)
		}
		if fmt.Sprint(p["Architectures"]) != "[arm64]" || fmt.Sprint(p["MemorySize"]) != "256" {
			t.Errorf("%s: architecture %v by default, memory %v", function, p["Architectures"], p["MemorySize"])
		}
		if p["Role"] != s.attribute(function+"Role", "Arn") {
			t.Errorf("%s has the role %v", function, p["Role"])
		}
		if v, set := none.properties(function + "Function")["ReservedConcurrentExecutions"]; set {
			t.Errorf("%s: reserved concurrency %v, but none was requested", function, v)
		}
		// The function is not called before its role's permissions exist.
		if s.Resources[function+"Function"].DependsOn == nil {
			t.Errorf("%s does not wait for its policy", function)
		}
	}
	if got := s.properties("EmailSubscription"); got["TopicArn"] != s.ref("Topic") || got["Endpoint"] != "security@example.com" {
		t.Errorf("subscription %v", got)
	}
}

// template.yaml and the translation that these tests read are of the same stack.
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
