package templatetest_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/localaws/pattern"
	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
	"github.com/ringfence/ringfence/internal/trail/trailtest"
)

// rules returns the compiled patterns of the stack's rules on the account's default bus.
func (s *stack) rules() map[string]*pattern.Pattern { return s.rulesOn("") }

// rulesOn returns the compiled patterns of the stack's rules on a bus; "" is the default one.
func (s *stack) rulesOn(bus string) map[string]*pattern.Pattern {
	s.t.Helper()
	s.values["Key"] = "1234abcd-12ab-34cd-56ef-1234567890ab" // that of the scenarios
	out := map[string]*pattern.Pattern{}
	for _, id := range s.ofType("AWS::Events::Rule") {
		if on, _ := s.properties(id)["EventBusName"].(string); on != bus {
			continue
		}
		text, err := json.Marshal(s.get(s.properties(id), "EventPattern"))
		if err != nil {
			s.t.Fatal(err)
		}
		if out[id], err = pattern.Compile(text); err != nil {
			s.t.Fatalf("%s: %v", id, err)
		}
	}
	return out
}

func (s *stack) matches(p *pattern.Pattern, event []byte) bool {
	s.t.Helper()
	ok, err := p.Match(event)
	if err != nil {
		s.t.Fatal(err)
	}
	return ok
}

// Each event of events/ reaches the function exactly if the function acts on it. Ringfence's own
// events match no rule.
func TestEventsAreMatchedAsTheyShouldBe(t *testing.T) {
	s := single(t)
	rules := s.rules()
	scenarios, err := events.All()
	if err != nil || len(scenarios) < 24 {
		t.Fatalf("%d scenarios: %v", len(scenarios), err)
	}
	seen := map[string]int{}
	for _, scenario := range scenarios {
		if !recorded(t, scenario.Event) {
			for id, p := range rules {
				if s.matches(p, scenario.Event) {
					t.Errorf("%s: %s matches what no call has made", scenario.Name, id)
				}
			}
			continue
		}
		change, err := trail.Parse(scenario.Event)
		if err != nil {
			t.Errorf("%s: %v", scenario.Name, err)
			continue
		}
		own, err := tamper.Parse(strings.Join(scenario.Control, ","))
		if err != nil {
			t.Fatal(err)
		}
		want := rulesFor(change, own)
		if scenario.Name == "control-in-sync" { // it shows that the stack was compared
			want = []string{"DriftRule"}
		}
		seen[strings.Join(want, " ")]++
		var got []string
		for id, p := range rules {
			if s.matches(p, scenario.Event) {
				got = append(got, id)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s (%s of %s, error code %q): matched by %v, want %v", scenario.Name, change.Name, change.Source, change.ErrorCode, got, want)
		}
	}
	for _, rules := range []string{"", "ChangesRule", "ControlRule", "ControlOutRule", "ControlBaseRule", "ChangesRule ControlRule", "DriftRule"} {
		if seen[rules] == 0 {
			t.Errorf("no event for %q: %v", rules, seen)
		}
	}
}

// The rule of the other regions forwards what happens to trails and permission sets there, and
// nothing that the function would ignore.
func TestOtherRegionsSendOnWhatMatters(t *testing.T) {
	data, err := os.ReadFile("../../infra/other-regions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	s := single(t)
	text, err := json.Marshal(s.get(plain(t, root.Content[0]), "Resources", "ForwardRule", "Properties", "EventPattern"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := pattern.Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	scenarios, err := events.All()
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, scenario := range scenarios {
		change, err := trail.Parse(scenario.Event)
		if err != nil {
			t.Fatal(err)
		}
		global := change.Source == "iam.amazonaws.com" || !recorded(t, scenario.Event)
		trails, sets := change.Source == "cloudtrail.amazonaws.com", change.Source == "sso.amazonaws.com"
		_, unwatched := change.Subject.(trail.Unwatched)
		if got := s.matches(p, scenario.Event); got != ((trails || sets) && !unwatched) || got && global {
			t.Errorf("%s: sent on: %v", scenario.Name, got)
		} else if got {
			sent++
		}
	}
	if sent < 3 {
		t.Errorf("%d events are sent on", sent)
	}
}

// Use of the stack's parts is not a change of them: otherwise, with a trail that logs data events,
// each finding would cause another.
func TestTheUseOfPartsIsNotMatched(t *testing.T) {
	s := single(t)
	for source, call := range map[string]map[string]any{
		"dynamodb": {"eventName": "PutItem", "requestParameters": map[string]any{"tableName": s.ref("Ledger")}},
		"sqs":      {"eventName": "SendMessage", "requestParameters": map[string]any{"queueUrl": s.ref("ReportQueue")}},
		"sns":      {"eventName": "Publish", "requestParameters": map[string]any{"topicArn": s.ref("Topic")}},
		"lambda":   {"eventName": "Invoke", "requestParameters": map[string]any{"functionName": s.ref("EnforceFunction")}},
	} {
		call["eventSource"], call["eventCategory"], call["managementEvent"], call["readOnly"] = source+".amazonaws.com", "Data", false, false
		call["eventID"], call["eventTime"], call["awsRegion"], call["recipientAccountId"] = "e", "2026-03-02T12:00:00Z", region, account
		record, err := json.Marshal(call)
		if err != nil {
			t.Fatal(err)
		}
		for id, p := range s.rules() {
			if s.matches(p, envelope(t, record)) {
				t.Errorf("%s matches %s", id, call["eventName"])
			}
		}
		if change, err := trail.Parse(record); err != nil || change.Subject != (trail.Unwatched{}) {
			t.Errorf("%s: %+v, %v", call["eventName"], change.Subject, err)
		}
	}
}

// recorded reports whether a message is the record of a call.
func recorded(t *testing.T, message []byte) bool {
	t.Helper()
	var envelope struct{ Source string }
	if err := json.Unmarshal(message, &envelope); err != nil {
		t.Fatal(err)
	}
	return strings.HasPrefix(envelope.Source, "aws.")
}

// rulesFor returns the rules that must match an event, sorted.
func rulesFor(c trail.Change, own tamper.Parts) []string {
	switch subject := c.Subject.(type) {
	case trail.Unwatched:
		return nil
	case trail.StackDrift:
		if _, told := own.Affected(c); told {
			return []string{"DriftRule"}
		}
		return nil
	case trail.Control:
		// The rules watch each other, by the prefix of their names.
		if subject.Resources != nil && strings.Contains(subject.Resources[0], ":rule/"+name+"-") {
			return []string{"ChangesRule", "ControlRule"}
		}
	default:
		return []string{"ChangesRule"}
	}
	if _, touched := own.Affected(c); !touched {
		return nil
	}
	for rule, services := range controlRules {
		if slices.Contains(services, strings.TrimSuffix(c.Source, ".amazonaws.com")) {
			return []string{rule}
		}
	}
	return []string{"none of " + c.Source}
}

// The same for recorded events, in envelopes like EventBridge's.
func TestRecordedEventsAreMatchedAsTheyShouldBe(t *testing.T) {
	records := trailtest.Recorded(t, "cloudtrail-files")
	s := single(t)
	rules, own := s.rules(), s.settings("Enforce").Control
	total, matched := 0, 0
	for _, record := range records {
		event := envelope(t, record.Text)
		change, err := trail.Parse(event)
		if err != nil {
			t.Errorf("%s: %v", record.Name, err)
			continue
		}
		total++
		want := rulesFor(change, own)
		for id, p := range rules {
			got := s.matches(p, event)
			if got {
				matched++
			}
			// A call on a trail matches, whatever it does.
			more := id == "ControlBaseRule" && change.Source == "cloudtrail.amazonaws.com"
			if got != slices.Contains(want, id) && !more {
				t.Errorf("%s of %s, error code %q: %s matches: %v", change.Name, change.Source, change.ErrorCode, id, got)
			}
		}
	}
	t.Logf("%d of %d recorded events reach the function", matched, total)
}

func envelope(t *testing.T, record json.RawMessage) []byte {
	t.Helper()
	var r struct{ EventSource, EventID, EventTime, AwsRegion, RecipientAccountID string }
	if err := json.Unmarshal(record, &r); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(map[string]any{
		"version": "0", "id": r.EventID, "detail-type": "AWS API Call via CloudTrail",
		"source": "aws." + strings.TrimSuffix(r.EventSource, ".amazonaws.com"), "account": r.RecipientAccountID,
		"time": r.EventTime, "region": r.AwsRegion, "resources": []string{}, "detail": record,
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
