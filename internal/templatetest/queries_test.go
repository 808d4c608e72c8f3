package templatetest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/boot/enforcing"
	"github.com/ringfence/ringfence/internal/boot/reporting"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/replay"
)

// logLines are the log lines of the functions, by the logical id of the log group.
type logLines map[string][]logLine

// written runs both functions on an embedded AWS: two roles get no boundary because AWS denies the
// repair, then one of them is repaired, and each function gets an invalid message.
func written(t *testing.T) logLines {
	t.Helper()
	const document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}`
	server := localaws.New(localaws.Options{Seed: 1})
	config := server.Config(region, account)
	env, err := replay.Deploy(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "x", "AWS_ENDPOINT_URL": "http://127.0.0.1",
		boot.EnvBoundary: team, boot.EnvBoundaryDocument: "boundary.json", boot.EnvMode: "enforce",
	} {
		env[name] = value
	}
	read := func(name string) ([]byte, error) {
		if name == "boundary.json" {
			return []byte(document), nil
		}
		return nil, fs.ErrNotExist
	}
	var enforceLog, reportLog, counted bytes.Buffer
	getenv := func(name string) string { return env[name] }
	enforce, err := enforcing.New(getenv, read, server.Client(), &enforceLog, &counted)
	report, err2 := reporting.New(getenv, read, server.Client(), &reportLog, &counted)
	d := postman{t, sqs.NewFromConfig(config)}
	eventQueue := d.queue("ringfence-events")
	client := iam.NewFromConfig(config)
	_, err3 := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: awssdk.String("team-boundary"), PolicyDocument: awssdk.String(document)})
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	handle := func(roles ...string) {
		t.Helper()
		for i, role := range roles {
			d.deliver(enforce.Handle, eventQueue, fmt.Sprintf(`{"version": "0", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "account": %q, "region": %q, "detail": {"eventVersion": "1.11",
				"eventID": "event-of-%s", "eventSource": "iam.amazonaws.com", "eventName": "CreateRole", "eventTime": %q, "awsRegion": %q, "recipientAccountId": %q,
				"userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::%s:assumed-role/deployer/run-%d"}, "requestParameters": {"roleName": %q}}}`,
				account, region, role, time.Now().UTC().Format(time.RFC3339), region, account, account, i, role))
		}
		d.deliver(report.Handle, env[boot.EnvReportQueue])
	}
	for _, role := range []string{"app", "left"} {
		trust := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
		if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &role, AssumeRolePolicyDocument: &trust}); err != nil {
			t.Fatal(err)
		}
	}
	lift := server.Inject(localaws.Fault{On: "iam:PutRolePermissionsBoundary", Do: localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}, Times: 10})
	handle("app", "left")
	lift()
	handle("app")
	d.deliver(enforce.Handle, eventQueue, "no JSON")
	d.deliver(report.Handle, env[boot.EnvReportQueue], "no JSON")
	return logLines{"EnforceLogs": flattened(t, &enforceLog), "ReportLogs": flattened(t, &reportLog)}
}

// postman delivers messages to the functions, as Lambda does.
type postman struct {
	t   *testing.T
	sqs *sqs.Client
}

func (d postman) queue(name string) string {
	d.t.Helper()
	made, err := d.sqs.CreateQueue(d.t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		d.t.Fatal(err)
	}
	return *made.QueueUrl
}

// deliver puts messages into a queue, and lets a function handle all due messages.
func (d postman) deliver(handle func(context.Context, json.RawMessage) (any, error), queue string, bodies ...string) {
	d.t.Helper()
	for _, body := range bodies {
		if _, err := d.sqs.SendMessage(d.t.Context(), &sqs.SendMessageInput{QueueUrl: &queue, MessageBody: &body}); err != nil {
			d.t.Fatal(err)
		}
	}
	out, err := d.sqs.ReceiveMessage(d.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &queue, VisibilityTimeout: 60, MaxNumberOfMessages: 10})
	if err != nil || len(out.Messages) == 0 {
		d.t.Fatalf("nothing in %s: %v", queue, err)
	}
	var records []map[string]any
	for _, m := range out.Messages {
		records = append(records, map[string]any{
			"messageId": *m.MessageId, "receiptHandle": *m.ReceiptHandle, "body": *m.Body, "eventSource": "aws:sqs",
			"eventSourceARN": "arn:aws:sqs:" + region + ":" + account + ":" + queue[strings.LastIndexByte(queue, '/')+1:],
		})
	}
	batch, err := json.Marshal(map[string]any{"Records": records})
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := handle(d.t.Context(), batch); err != nil {
		d.t.Fatal(err)
	}
}

func flattened(t *testing.T, log *bytes.Buffer) (lines []logLine) {
	t.Helper()
	for text := range strings.Lines(log.String()) {
		var v map[string]any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		line := logLine{"@timestamp": v["time"], "@message": text}
		flatten(line, "", v)
		lines = append(lines, line)
	}
	return lines
}

// flatten names fields as Logs Insights does: objects.with.points, and lists.by.0.number.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
func flatten(line logLine, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			flatten(line, strings.TrimPrefix(name+"."+k, "."), e)
		}
	case []any:
		for i, e := range v {
			flatten(line, fmt.Sprint(name, ".", i), e)
		}
	case string, float64:
		line[name] = v
	default:
		line[name] = fmt.Sprint(v)
	}
}

// saved returns the saved queries by their displayed names, without the stack's name.
func (s *stack) saved() map[string]*insights {
	s.t.Helper()
	all := map[string]*insights{}
	for _, id := range s.ofType("AWS::Logs::QueryDefinition") {
		p := s.properties(id)
		q, err := parseQuery(strings.ReplaceAll(p["QueryString"].(string), "\n", " "))
		if err != nil {
			s.t.Errorf("%s: %v", id, err)
			continue
		}
		title, ok := strings.CutPrefix(p["Name"].(string), name+"/")
		if !ok {
			s.t.Errorf("%s is named %s", id, p["Name"])
		}
		all[title] = q
	}
	return all
}

// Each saved query reads fields that each of its logs has, and compares them with possible values.
func TestQueriesReadWhatIsWritten(t *testing.T) {
	s, all := single(t), written(t)
	can := map[string][]string{"level": {"DEBUG", "INFO", "WARN", "ERROR"}}
	for _, field := range []string{"status", "resolution"} {
		can["finding."+field] = enum(t, field)
	}
	groups := map[string]string{s.ref("EnforceLogs").(string): "EnforceLogs", s.ref("ReportLogs").(string): "ReportLogs"}
	queries := s.saved()
	for _, id := range s.ofType("AWS::Logs::QueryDefinition") {
		p := s.properties(id)
		q := queries[strings.TrimPrefix(p["Name"].(string), name+"/")]
		if q == nil || len(p["QueryString"].(string)) > 10000 {
			t.Errorf("%s: %v", id, p)
			continue
		}
		has := map[string]bool{}
		for _, group := range p["LogGroupNames"].([]any) {
			lines := all[groups[group.(string)]]
			if len(lines) == 0 {
				t.Errorf("%s: nothing is written to %v", id, group)
			}
			for _, l := range lines {
				for field := range l {
					has[field] = true
				}
			}
		}
		for _, field := range q.fields {
			if !has[field] {
				t.Errorf("%s: nothing writes %s", id, field)
			}
		}
		for field, text := range q.equals {
			if !slices.Contains(can[field], text) {
				t.Errorf("%s: %s is never %q", id, field, text)
			}
		}
	}
}

// The queries use the latest revision of each finding.
func TestQueriesAnswerByTheLatestRevision(t *testing.T) {
	s, all := single(t), written(t)
	lines := all["ReportLogs"]
	const iamRole, deployer = "arn:aws:iam::" + account + ":role/", "arn:aws:sts::" + account + ":assumed-role/deployer"
	told := slices.DeleteFunc(slices.Clone(lines), func(l logLine) bool { return l["finding.id"] == nil })
	if len(told) != 3 || told[0]["finding.status"] != "open" || told[2]["finding.status"] != "resolved" || told[2]["finding.revision"] != 2.0 {
		t.Fatalf("told: %v", told)
	}
	queries := s.saved()
	open := queries["open findings"].ask(lines)
	if len(open) != 1 || open[0]["about"] != iamRole+"left" || open[0]["drift"] != "missing" || open[0]["severity"] != "3 medium" ||
		open[0]["actor"] != deployer || open[0]["call"] != "CreateRole" || open[0]["outcome"] != "failed" || open[0]["since"] == "" {
		t.Errorf("open: %v", open)
	}
	actors := queries["actors"].ask(lines)
	if len(actors) != 1 || actors[0]["actor"] != deployer || actors[0]["findings"] != 2.0 || actors[0]["targets"] != 2.0 || actors[0]["worst"] != "3 medium" {
		t.Errorf("actors: %v", actors)
	}
	slowest := queries["slowest repairs"].ask(lines)
	if len(slowest) != 1 || slowest[0]["about"] != iamRole+"app" || compareValues(slowest[0]["seconds"], 0.0) < 0 {
		t.Errorf("slowest: %v", slowest)
	}
	if some := queries["one principal or policy"].ask(lines); len(some) != 0 {
		t.Errorf("a name without a principal: %v", some)
	}
	trouble := queries["messages that failed"].ask(slices.Concat(lines, all["EnforceLogs"]))
	if len(trouble) < 2 || slices.ContainsFunc(trouble, func(l logLine) bool { return l["error"] == nil }) {
		t.Errorf("failed: %v", trouble)
	}
}

// The dashboard's queries are saved queries, so that both are checked.
func TestTheDashboardAsksSavedQueries(t *testing.T) {
	s := single(t)
	saved := map[string]string{}
	for _, id := range s.ofType("AWS::Logs::QueryDefinition") {
		p := s.properties(id)
		groups := ""
		for _, g := range p["LogGroupNames"].([]any) {
			groups += "SOURCE '" + g.(string) + "' | "
		}
		saved[groups+strings.ReplaceAll(p["QueryString"].(string), "\n", " ")] = p["Name"].(string)
	}
	shown := map[string]bool{}
	for _, w := range s.dashboard().Widgets {
		if w.Type != "log" {
			continue
		}
		title := saved[w.Properties.Query]
		if title == "" || w.Properties.View != "table" || w.Properties.Region != region {
			t.Errorf("%s: is not a saved query in a table", w.Properties.Title)
		}
		shown[title] = true
	}
	for _, title := range []string{"open findings", "actors", "slowest repairs"} {
		if !shown[name+"/"+title] {
			t.Errorf("%s are not shown", title)
		}
	}
}
