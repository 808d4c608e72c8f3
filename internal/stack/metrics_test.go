package stack_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/metrics"
	"github.com/ringfence/ringfence/internal/pipeline"
)

// emitted are the metrics that the function writes, each with its sets of dimensions: a
// report with one finding of each kind is written, and what comes out is read.
func emitted(t *testing.T) map[string][]string {
	t.Helper()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	report := pipeline.Report{Findings: []finding.Finding{
		{Drift: finding.Missing, Action: finding.Reattach, Outcome: finding.Done, Undo: "aws iam", Time: now, Event: finding.Event{Time: now}},
		{Drift: finding.ControlTampered, Action: finding.Alert, Outcome: finding.Failed},
	}}
	var out bytes.Buffer
	if err := metrics.Write(&out, now, report, errors.New("failed")); err != nil {
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
	if len(names) < 5 {
		t.Fatalf("only %v: nothing was emitted", names)
	}
	return names
}

// aws are the metrics of AWS's services that the stack looks at.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
var aws = map[string]map[string][]string{
	"AWS/SQS": {
		"ApproximateNumberOfMessagesVisible": {"QueueName"}, "ApproximateNumberOfMessagesNotVisible": {"QueueName"},
		"ApproximateAgeOfOldestMessage": {"QueueName"},
	},
	"AWS/Lambda": {
		"Errors": {"FunctionName"}, "Throttles": {"FunctionName"}, "Duration": {"FunctionName"}, "ConcurrentExecutions": {"FunctionName"},
	},
	"AWS/Events": {"MatchedEvents": {"RuleName"}},
}

// exists reports whether a metric is written with these dimensions.
func exists(own map[string][]string, namespace, metric, dimensions string) bool {
	if namespace == metrics.Namespace {
		return slices.Contains(own[metric], dimensions)
	}
	return slices.Contains(aws[namespace][metric], dimensions)
}

// named reports whether a dimension names a part of this stack.
func (s *stack) named(dimension, value string) bool {
	ids := map[string]string{"QueueName": "AWS::SQS::Queue", "FunctionName": "AWS::Lambda::Function", "RuleName": "AWS::Events::Rule"}
	for _, id := range s.ofType(ids[dimension]) {
		if s.properties(id)[shapes[ids[dimension]].named] == value {
			return true
		}
	}
	return false
}

// Each alarm watches a metric that exists, of a part of this stack, and tells the
// topic; and its runbook exists.
func TestAlarms(t *testing.T) {
	s, own := single(t), emitted(t)
	runbook, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	topic := s.ref("Topic")
	watched := map[string]bool{}
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		p := s.properties(id)
		var dimensions []string
		list, _ := p["Dimensions"].([]any)
		for _, d := range list {
			n, v := s.get(d, "Name").(string), s.get(d, "Value").(string)
			dimensions = append(dimensions, n)
			if !s.named(n, v) {
				t.Errorf("%s: %s %s is no part of this stack", id, n, v)
			}
		}
		namespace, metric := p["Namespace"].(string), p["MetricName"].(string)
		if !exists(own, namespace, metric, strings.Join(dimensions, ",")) {
			t.Errorf("%s: there is no metric %s %s with the dimensions %v", id, namespace, metric, dimensions)
		}
		watched[fmt.Sprint(namespace, " ", metric, " ", list)] = true
		if !slices.Contains(p["AlarmActions"].([]any), topic) {
			t.Errorf("%s does not tell the topic", id)
		}
		if !strings.HasPrefix(p["AlarmName"].(string), name+"-") {
			t.Errorf("%s: the topic does not admit alarm %s", id, p["AlarmName"])
		}
		entry := regexp.MustCompile(`See docs/operations.md, "([a-z ]+)"\.`).FindStringSubmatch(p["AlarmDescription"].(string))
		if entry == nil || !regexp.MustCompile(`(?mi)^### `+entry[1]+`$`).Match(runbook) {
			t.Errorf("%s: no entry of the runbook for %q", id, p["AlarmDescription"])
		}
	}
	for _, want := range []string{
		"Ringfence RepairsFailed []", "Ringfence ControlTampered []", "Ringfence FindingsUnsent []",
		"AWS/SQS ApproximateNumberOfMessagesVisible [map[Name:QueueName Value:ringfence-dead-letters]]",
		"AWS/SQS ApproximateNumberOfMessagesVisible [map[Name:QueueName Value:ringfence-rule-dead-letters]]",
		"AWS/SQS ApproximateAgeOfOldestMessage [map[Name:QueueName Value:ringfence-events]]",
		"AWS/Lambda Errors [map[Name:FunctionName Value:ringfence-enforce]]",
		"AWS/Lambda Throttles [map[Name:FunctionName Value:ringfence-enforce]]",
		"AWS/Events MatchedEvents [map[Name:RuleName Value:ringfence-changes]]",
	} {
		if !watched[want] {
			t.Errorf("no alarm watches %s", want)
		}
	}
}

type dashboard struct {
	Widgets []struct {
		Type       string
		Properties struct {
			Title   string
			Alarms  []string
			Metrics [][]any
		}
	}
}

var search = regexp.MustCompile(`SEARCH\('\{([^,}]+),([^}]+)\} MetricName="([A-Za-z]+)" Outcome="([a-z]+)"'`)

// The dashboard is JSON, shows what it should, and each line of it is a metric that
// exists.
func TestDashboard(t *testing.T) {
	s, own := single(t), emitted(t)
	var d dashboard
	if err := json.Unmarshal([]byte(s.properties("Dashboard")["DashboardBody"].(string)), &d); err != nil {
		t.Fatal(err)
	}
	var kinds, outcomes []string
	shown := map[string]bool{}
	for _, w := range d.Widgets {
		if w.Type == "alarm" {
			for _, arn := range w.Properties.Alarms {
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
			dimension, value := "", ""
			if len(m) == 4 {
				dimension, value = m[2].(string), m[3].(string)
			}
			if !exists(own, m[0].(string), m[1].(string), dimension) {
				t.Errorf("%s: there is no metric %v", w.Properties.Title, m)
			}
			shown[m[1].(string)] = true
			switch {
			case dimension == metrics.KindDimension:
				kinds = append(kinds, value)
			case dimension != "" && !s.named(dimension, value):
				t.Errorf("%s: %s %s is no part of this stack", w.Properties.Title, dimension, value)
			}
		}
	}
	for _, k := range []finding.Drift{
		finding.Missing, finding.Replaced, finding.Widened, finding.Altered, finding.AbsentPolicy,
		finding.Protected, finding.ExemptionExpired, finding.ControlTampered,
	} {
		if !slices.Contains(kinds, string(k)) {
			t.Errorf("drift %s is not shown", k)
		}
	}
	for _, o := range []finding.Outcome{finding.Done, finding.Planned, finding.Failed} {
		if !slices.Contains(outcomes, string(o)) {
			t.Errorf("outcome %s is not shown", o)
		}
	}
	for _, m := range []string{metrics.EventToAction, metrics.EventsProcessed, "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"} {
		if !shown[m] {
			t.Errorf("%s is not shown", m)
		}
	}
}
