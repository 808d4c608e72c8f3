package templatetest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/metrics"
)

// emitted returns the metrics that the functions write, each with its sets of dimensions. It makes
// them write those of a message with a repair and of a notice, and reads the output.
func emitted(t *testing.T) map[string][]string {
	t.Helper()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	err := metrics.Handled(&out, now, []metrics.Look{
		{Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Done, Missed: true, Took: time.Second},
		{Drift: finding.ControlTampered, Action: finding.Alert, Outcome: finding.Failed},
	}, true)
	if err := errors.Join(err, metrics.Told(&out, now, []finding.Severity{finding.High}, 1), metrics.Arrived(&out, now, "iam.amazonaws.com"), metrics.Forged(&out, now), metrics.Swept(&out, now, 1, 1, 1)); err != nil {
		t.Fatal(err)
	}
	names := map[string][]string{}
	for line := range strings.Lines(out.String()) {
		var doc struct {
			AWS struct {
				CloudWatchMetrics []struct {
					Namespace  string
					Dimensions [][]string
					Metrics    []struct{ Name string }
				}
			} `json:"_aws"`
		}
		if err := json.Unmarshal([]byte(line), &doc); err != nil {
			t.Fatal(err)
		}
		for _, d := range doc.AWS.CloudWatchMetrics {
			if d.Namespace != metrics.Namespace {
				t.Errorf("namespace %s", d.Namespace)
			}
			for _, m := range d.Metrics {
				for _, set := range d.Dimensions {
					names[m.Name] = append(names[m.Name], strings.Join(set, ","))
				}
			}
		}
	}
	if len(names) < 10 {
		t.Fatalf("only %v: not all was emitted", names)
	}
	return names
}

// aws are the metrics of AWS services that the stack uses.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
var aws = map[string]map[string][]string{
	"AWS/SQS": {
		"ApproximateNumberOfMessagesVisible": {"QueueName"}, "ApproximateNumberOfMessagesNotVisible": {"QueueName"},
		"ApproximateNumberOfMessagesDelayed": {"QueueName"}, "ApproximateAgeOfOldestMessage": {"QueueName"}, "NumberOfMessagesSent": {"QueueName"},
	},
	"AWS/Lambda": {
		"AsyncEventsDropped": {"FunctionName"}, "Errors": {"FunctionName"}, "Throttles": {"FunctionName"}, "Duration": {"FunctionName"}, "ConcurrentExecutions": {"FunctionName"},
	},
	"AWS/Events": {
		"MatchedEvents": {"RuleName"}, "FailedInvocations": {"RuleName", "EventBusName,RuleName"},
		"InvocationsFailedToBeSentToDlq": {"RuleName", "EventBusName,RuleName"},
	},
	"AWS/DynamoDB": {
		"SystemErrors": {"TableName,Operation"}, "ThrottledRequests": {"TableName,Operation"},
		"SuccessfulRequestLatency": {"TableName,Operation"},
	},
}

// exists reports whether a metric is written with these dimensions.
func exists(own map[string][]string, namespace, metric, dimensions string) bool {
	if namespace == metrics.Namespace {
		return slices.Contains(own[metric], dimensions)
	}
	return slices.Contains(aws[namespace][metric], dimensions)
}

// named reports whether a dimension names a part of this stack, a call of the functions, or a
// service that a schedule calls.
func (s *stack) named(dimension, value string) bool {
	switch dimension {
	case "Operation":
		return slices.Contains(s.granted("RoleBoundary"), "dynamodb:"+value)
	case metrics.ServiceDimension:
		return slices.ContainsFunc(s.schedules(), func(c scheduled) bool { return c.service+".amazonaws.com" == value })
	}
	ids := map[string]string{
		"EventBusName": "AWS::Events::EventBus", "QueueName": "AWS::SQS::Queue", "FunctionName": "AWS::Lambda::Function", "RuleName": "AWS::Events::Rule", "TableName": "AWS::DynamoDB::Table",
	}
	for _, id := range s.ofType(ids[dimension]) {
		if s.properties(id)[shapes[ids[dimension]].named] == value {
			return true
		}
	}
	return false
}

// watches returns the metrics of an alarm: one, or those of its expressions.
func (s *stack) watches(id string) (metrics []map[string]any) {
	s.t.Helper()
	p := s.properties(id)
	queries, ok := p["Metrics"].([]any)
	if !ok {
		return []map[string]any{p}
	}
	results := 0
	for _, q := range queries {
		if q := q.(map[string]any); q["Expression"] == nil {
			metrics = append(metrics, s.get(q, "MetricStat", "Metric").(map[string]any))
		}
		if q.(map[string]any)["ReturnData"] != false {
			results++
		}
	}
	if results != 1 {
		s.t.Errorf("%s compares %d results", id, results)
	}
	return metrics
}

// Each alarm watches existing metrics of a part of this stack, and notifies the topic, and the
// second topic if there is one. Its runbook exists.
func TestAlarms(t *testing.T) {
	const second = "arn:aws:sns:us-east-1:210987654321:alarms"
	s, own := deploy(t, translatedFile, map[string]any{"RequiredBoundaryArn": team, "SecondTopicArn": second}), emitted(t)
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	topics := []any{s.ref("Topic"), second}
	watched := map[string]bool{}
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		p := s.properties(id)
		for _, m := range s.watches(id) {
			var names, values []string
			list, _ := m["Dimensions"].([]any)
			for _, d := range list {
				n, v := s.get(d, "Name").(string), s.get(d, "Value").(string)
				names, values = append(names, n), append(values, v)
				if !s.named(n, v) {
					t.Errorf("%s: %s %s is not a part of this stack", id, n, v)
				}
			}
			namespace, metric := m["Namespace"].(string), m["MetricName"].(string)
			if !exists(own, namespace, metric, strings.Join(names, ",")) {
				t.Errorf("%s: there is no metric %s %s with the dimensions %v", id, namespace, metric, names)
			}
			watched[strings.TrimSpace(namespace+" "+metric+" "+strings.Join(values, " "))] = true
			// Only an alarm on DynamoDB keeps its state without data, because there is none while
			// all is well.
			if namespace == "AWS/DynamoDB" && p["Metrics"] == nil {
				t.Errorf("%s would never end", id)
			}
		}
		if got := p["AlarmActions"].([]any); !slices.Equal(got, topics) {
			t.Errorf("%s tells %v", id, got)
		}
		if got := single(t).properties(id)["AlarmActions"].([]any); !slices.Equal(got, topics[:1]) {
			t.Errorf("%s, without a second topic, tells %v", id, got)
		}
		entry := regexp.MustCompile(`See docs/operations.md, "([a-z ]+)"\.`).FindStringSubmatch(p["AlarmDescription"].(string))
		if entry == nil || !regexp.MustCompile(`(?mi)^### `+entry[1]+`$`).Match(runbook) {
			t.Errorf("%s: no entry of the runbook for %q", id, p["AlarmDescription"])
		}
	}
	for _, want := range []string{
		"Ringfence CanaryArrived iam.amazonaws.com", "Ringfence CanaryArrived sqs.amazonaws.com",
		"Ringfence CanaryArrived sns.amazonaws.com", "Ringfence CanaryArrived dynamodb.amazonaws.com",
		"Ringfence RepairsFailed", "Ringfence ControlTampered", "Ringfence FindingsUnsent", "Ringfence ForgedMessages",
		"AWS/SQS NumberOfMessagesSent ringfence-dead-letters", "AWS/SQS ApproximateNumberOfMessagesVisible ringfence-dead-letters",
		"AWS/SQS ApproximateNumberOfMessagesNotVisible ringfence-dead-letters", "AWS/SQS NumberOfMessagesSent ringfence-rule-dead-letters",
		"AWS/SQS ApproximateAgeOfOldestMessage ringfence-events",
		"AWS/SQS ApproximateAgeOfOldestMessage ringfence-follow-up",
		"AWS/SQS ApproximateAgeOfOldestMessage ringfence-report",
		"AWS/Lambda Errors ringfence-enforce", "AWS/Lambda Throttles ringfence-enforce",
		"AWS/Lambda AsyncEventsDropped ringfence-config-rule",
		"AWS/Lambda Errors ringfence-report", "AWS/Lambda Throttles ringfence-report",
		"AWS/Lambda Errors ringfence-sweep", "Ringfence SweepPrincipals", "Ringfence SweepHeld",
		"AWS/DynamoDB SystemErrors ringfence-ledger GetItem", "AWS/DynamoDB SystemErrors ringfence-ledger PutItem",
		"AWS/DynamoDB ThrottledRequests ringfence-ledger GetItem", "AWS/DynamoDB ThrottledRequests ringfence-ledger PutItem",
		"AWS/Events MatchedEvents ringfence-changes",
	} {
		if !watched[want] {
			t.Errorf("no alarm watches %s", want)
		}
	}
}

// The sender may delay a message by up to 15 minutes: it is late only after that.
func TestDelayedMessagesAreNotLate(t *testing.T) {
	s := single(t)
	for _, id := range []string{"FollowUpBacklogAlarm", "ReportBacklogAlarm"} {
		p := s.properties(id)
		if late := s.get(p, "Threshold").(float64); late < 15*60 {
			t.Errorf("%s: a message is late after %v s", id, late)
		}
	}
}

type dashboard struct {
	Widgets []struct {
		Type                string
		X, Y, Width, Height int
		Properties          struct {
			Title, Region, View string
			Query               string
			Alarms              []string
			Metrics             [][]any
		}
	}
}

func (s *stack) dashboard() (d dashboard) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.properties("Dashboard")["DashboardBody"].(string)), &d); err != nil {
		s.t.Fatal(err)
	}
	return d
}

var search = regexp.MustCompile(`SEARCH\('\{([^,}]+),([^}]+)\} MetricName="([A-Za-z]+)" Outcome="([a-z]+)"'`)

// The dashboard is JSON, shows what it should, and each of its lines is an existing metric.
func TestDashboard(t *testing.T) {
	s, own := full(t), emitted(t)
	var outcomes []string
	values := map[string][]string{}
	alarms, shown := map[string]bool{}, map[string]bool{}
	for _, w := range s.dashboard().Widgets {
		if w.Type == "alarm" {
			for _, arn := range w.Properties.Alarms {
				alarms[arn] = true
				if !slices.ContainsFunc(s.ofType("AWS::CloudWatch::Alarm"), func(id string) bool { return s.attribute(id, "Arn") == arn }) {
					t.Errorf("there is no alarm %s", arn)
				}
			}
			continue
		}
		for _, m := range w.Properties.Metrics {
			if expression, ok := m[0].(map[string]any); ok {
				found := search.FindStringSubmatch(expression["expression"].(string))
				if found == nil || !exists(own, found[1], found[3], found[2]) {
					t.Errorf("%s: no such metric: %v", w.Properties.Title, expression)
					continue
				}
				outcomes = append(outcomes, found[4])
				continue
			}
			if _, options := m[len(m)-1].(map[string]any); options {
				m = m[:len(m)-1]
			}
			var dimensions []string
			for i := 2; i < len(m); i += 2 {
				dimension, value := m[i].(string), m[i+1].(string)
				dimensions = append(dimensions, dimension)
				if dimension == metrics.KindDimension || dimension == metrics.SeverityDimension {
					values[dimension] = append(values[dimension], value)
				} else if !s.named(dimension, value) {
					t.Errorf("%s: %s %s is not a part of this stack", w.Properties.Title, dimension, value)
				}
				shown[value] = true
			}
			if !exists(own, m[0].(string), m[1].(string), strings.Join(dimensions, ",")) {
				t.Errorf("%s: there is no metric %v", w.Properties.Title, m)
			}
			shown[m[1].(string)] = true
		}
	}
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		if !alarms[s.attribute(id, "Arn")] {
			t.Errorf("%s is not shown", id)
		}
	}
	for dimension, want := range map[string][]string{metrics.KindDimension: enum(t, "drift")[1:], metrics.SeverityDimension: enum(t, "severity")} {
		slices.Sort(want)
		if got := slices.Sorted(slices.Values(values[dimension])); !slices.Equal(got, want) {
			t.Errorf("%s: shown are %v, there are %v", dimension, got, want)
		}
	}
	for _, o := range []finding.Outcome{finding.Done, finding.Planned, finding.Failed, "unconfirmed", "deferred"} {
		if !slices.Contains(outcomes, string(o)) {
			t.Errorf("outcome %s is not shown", o)
		}
	}
	for _, m := range []string{
		metrics.EventToAction, metrics.EventsProcessed, "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage",
		"ApproximateNumberOfMessagesDelayed", "ringfence-events", "ringfence-follow-up", "ringfence-report", "ringfence-dead-letters", "ringfence-enforce", "ringfence-ledger",
	} {
		if !shown[m] {
			t.Errorf("%s is not shown", m)
		}
	}
}

// enum returns the possible values of a finding's field.
func enum(t *testing.T, field string) []string {
	t.Helper()
	var schema struct {
		Properties map[string]struct{ Enum []string }
	}
	if err := json.Unmarshal([]byte(finding.Schema), &schema); err != nil {
		t.Fatal(err)
	}
	return schema.Properties[field].Enum
}

// CloudWatch accepts the dashboard, and no widget hides another.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
func TestTheDashboardFits(t *testing.T) {
	all := single(t).dashboard().Widgets
	metrics := 0
	for i, w := range all {
		if w.X < 0 || w.Y < 0 || w.Width < 1 || w.Height < 1 || w.X+w.Width > 24 || w.Properties.Title == "" {
			t.Errorf("%+v is not a widget on a grid of 24 columns", w)
		}
		for _, v := range all[:i] {
			if w.X < v.X+v.Width && v.X < w.X+w.Width && w.Y < v.Y+v.Height && v.Y < w.Y+w.Height {
				t.Errorf("%q lies on %q", w.Properties.Title, v.Properties.Title)
			}
		}
		metrics += len(w.Properties.Metrics)
		if len(w.Properties.Alarms) > 100 {
			t.Errorf("%q has %d alarms", w.Properties.Title, len(w.Properties.Alarms))
		}
	}
	if len(all) < 10 || len(all) > 500 || metrics > 500 {
		t.Errorf("%d widgets with %d metrics", len(all), metrics)
	}
}
