package publish_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/publish"
)

// ticketing is what one of the examples in infra/alerts makes of findings: the rules, each with a
// queue in the place of the API destination.
type ticketing struct {
	*rig
	rules map[string]string // the URL of the queue, by the name of the rule
	bus   *publish.Notifier
}

func newTicketing(t *testing.T, file string) *ticketing {
	t.Helper()
	text, err := os.ReadFile("../../infra/alerts/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties struct {
				EventPattern map[string]any `yaml:"EventPattern"`
				Targets      []struct {
					InputTransformer struct {
						InputPathsMap map[string]string `yaml:"InputPathsMap"`
						InputTemplate string            `yaml:"InputTemplate"`
					} `yaml:"InputTransformer"`
				} `yaml:"Targets"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	r := newRig(t)
	x := &ticketing{rig: r, rules: map[string]string{}}
	events := eventbridge.NewFromConfig(r.config)
	for name, resource := range template.Resources {
		if resource.Type != "AWS::Events::Rule" {
			continue
		}
		pattern, err := json.Marshal(resource.Properties.EventPattern)
		if err != nil {
			t.Fatal(err)
		}
		in := resource.Properties.Targets[0].InputTransformer
		for variable := range in.InputPathsMap {
			before, _, used := strings.Cut(in.InputTemplate, "<"+variable+">")
			if !used {
				t.Errorf("%s: <%s> is not used", name, variable)
			}
			if strings.Count(before, `"`)%2 == 1 {
				t.Errorf("%s: <%s> is within a string, where a quotation mark would end it", name, variable)
			}
		}
		must(events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventPattern: aws.String(string(pattern))}))(t)
		x.rules[name] = r.queue(t, name)
		body := strings.NewReplacer("${ProjectKey}", "SEC", "${IssueType}", "Task").Replace(in.InputTemplate)
		must(events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, Targets: []eventtypes.Target{{
			Id: aws.String("q"), Arn: aws.String("arn:aws:sqs:us-east-1:123456789012:" + name),
			InputTransformer: &eventtypes.InputTransformer{InputPathsMap: in.InputPathsMap, InputTemplate: &body},
		}}}))(t)
	}
	x.bus = publish.New(nil, events, publish.To{Bus: "default"})
	return x
}

// sends are the requests that a finding leads to, by the rule that makes each.
func (x *ticketing) sends(t *testing.T, f finding.Finding) map[string]any {
	t.Helper()
	if err := x.bus.Bus(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	requests := map[string]any{}
	for name, url := range x.rules {
		for _, message := range x.receive(t, url) {
			var request any
			d := json.NewDecoder(bytes.NewReader([]byte(*message.Body)))
			if err := d.Decode(&request); err != nil {
				t.Fatalf("%s sends what is no JSON: %v\n%s", name, err, *message.Body)
			}
			requests[name] = request
		}
	}
	return requests
}

// quotes is what a template must not take for its own.
const quotes = `x", "routing_key": "evil", "y": "\` + "\n<id> é"

func opened() finding.Finding {
	f := example()
	f.Status, f.Resolution, f.Outcome, f.Revision = finding.Open, "", finding.Failed, 1
	f.Title, f.Reason, f.Repair = "role dev/app "+quotes, "it has none "+quotes, "aws iam put "+quotes
	f.Owner, f.AccountName, f.Rule = quotes, quotes, "everyone"
	f.Links.Runbook = "https://github.com/ringfence/ringfence/blob/main/docs/operations.md#findings"
	return f
}

func TestPagerDutyTriggersAndResolves(t *testing.T) {
	x := newTicketing(t, "pagerduty.yaml")
	f := opened()
	want := map[string]any{"TriggerRule": map[string]any{
		"event_action": "trigger", "dedup_key": f.ID, "client": "Ringfence", "client_url": f.Links.Runbook,
		"links": []any{map[string]any{"href": f.Links.Runbook, "text": "Runbook"}},
		"payload": map[string]any{
			"summary": f.Title, "source": f.Account, "severity": "critical", "timestamp": f.Time.Format("2006-01-02T15:04:05Z07:00"),
			"class": string(f.Drift), "group": f.Rule,
			"custom_details": map[string]any{
				"severity": string(f.Severity), "account name": f.AccountName, "owner": f.Owner, "reason": f.Reason, "repair": f.Repair,
				"resources": []any{f.Principal.ARN, f.Required}, "CloudTrail event": "", "IAM console": "",
			},
		},
	}}
	if diff := cmp.Diff(want, x.sends(t, f)); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	f.Status, f.Resolution, f.Revision = finding.Resolved, finding.FoundInside, 2
	want = map[string]any{"ResolveRule": map[string]any{"event_action": "resolve", "dedup_key": f.ID}}
	if diff := cmp.Diff(want, x.sends(t, f)); diff != "" {
		t.Errorf("resolved (-want +got):\n%s", diff)
	}
	f.Severity = finding.Medium
	if got := x.sends(t, f); len(got) != 0 {
		t.Errorf("of a medium one: %v", got)
	}
	f = opened()
	f.Principal, f.Required = nil, "" // as of tampering
	if got, ok := x.sends(t, f)["TriggerRule"].(map[string]any); !ok || got["payload"].(map[string]any)["summary"] != f.Title {
		t.Errorf("of no principal: %v", got)
	}
}

func TestJiraMakesAnIssueOnce(t *testing.T) {
	x := newTicketing(t, "jira.yaml")
	paragraph := func(texts ...string) any {
		var content []any
		for _, text := range texts {
			content = append(content, map[string]any{"type": "text", "text": text})
		}
		return map[string]any{"type": "paragraph", "content": content}
	}
	issue := func(f finding.Finding, content ...any) any {
		return map[string]any{"fields": map[string]any{
			"project": map[string]any{"key": "SEC"}, "issuetype": map[string]any{"name": "Task"}, "summary": f.Title,
			"labels":      []any{"ringfence", string(f.Drift), string(f.Severity), f.Account},
			"description": map[string]any{"type": "doc", "version": 1.0, "content": content},
		}}
	}
	f := opened()
	code := map[string]any{"type": "codeBlock", "content": []any{map[string]any{"type": "text", "text": f.Repair}}}
	want := map[string]any{"RepairRule": issue(f, paragraph(f.Reason), paragraph("Repair it with this command:"), code,
		paragraph("Runbook: ", f.Links.Runbook), paragraph("Finding: ", f.ID))}
	if diff := cmp.Diff(want, x.sends(t, f)); diff != "" {
		t.Errorf("with a command (-want +got):\n%s", diff)
	}
	f.Revision = 2
	if got := x.sends(t, f); len(got) != 0 {
		t.Errorf("of a later revision: %v", got)
	}
	f.Revision, f.Repair = 1, ""
	want = map[string]any{"OtherRule": issue(f, paragraph(f.Reason), paragraph("Runbook: ", f.Links.Runbook), paragraph("Finding: ", f.ID))}
	if diff := cmp.Diff(want, x.sends(t, f)); diff != "" {
		t.Errorf("without a command (-want +got):\n%s", diff)
	}
	f.Status = finding.Resolved
	if got := x.sends(t, f); len(got) != 0 {
		t.Errorf("of one that is resolved: %v", got)
	}
}
