package templatetest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/trail"
)

// scheduled is a call that the stack's schedules make: its service, name and parameters as
// CloudTrail records them.
type scheduled struct {
	service, call string
	parameters    map[string]any
}

func (s *stack) schedules() (all []scheduled) {
	s.t.Helper()
	for _, id := range s.ofType("AWS::Scheduler::Schedule") {
		target := s.get(s.properties(id), "Target")
		service, call, found := strings.Cut(strings.TrimPrefix(s.get(target, "Arn").(string), "arn:aws:scheduler:::aws-sdk:"), ":")
		var input any
		if err := json.Unmarshal([]byte(s.get(target, "Input").(string)), &input); err != nil || !found {
			s.t.Fatalf("%s: %v", id, err)
		}
		all = append(all, scheduled{service, strings.ToUpper(call[:1]) + call[1:], lowered(input).(map[string]any)})
	}
	return all
}

// lowered changes the first letters of all names to lower case, as in records.
func lowered(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = lowered(e)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[strings.ToLower(k[:1])+k[1:]] = lowered(e)
		}
		return out
	}
	return v
}

// record returns a scheduled call as EventBridge delivers it.
func (s *stack) record(c scheduled) []byte {
	s.t.Helper()
	text, err := json.Marshal(map[string]any{
		"eventVersion": "1.11", "eventID": "e", "eventSource": c.service + ".amazonaws.com", "eventName": c.call, "eventTime": "2026-03-01T12:00:00Z",
		"awsRegion": region, "recipientAccountId": account, "requestParameters": c.parameters, "responseElements": nil, "eventCategory": "Management",
		"userIdentity": map[string]any{"type": "AssumedRole", "arn": "arn:aws:sts::" + account + ":assumed-role/" + name + "-canary/x"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return envelope(s.t, text)
}

// canaries returns the calls of all schedules except the one that starts drift detection.
func (s *stack) canaries() []scheduled {
	return slices.DeleteFunc(s.schedules(), func(c scheduled) bool { return c.call == "DetectStackDrift" || c.call == "SendMessage" })
}

// A canary's call comes through the rule that it tests and no other, is on a part that the
// function knows exactly, and is not reported as tampering.
func TestEachRuleHasACanary(t *testing.T) {
	s := single(t)
	own, rules, role := s.settings("Enforce").Control, s.rules(), s.role("Canary")
	delete(rules, "DriftRule") // see TestTheStackIsCompared
	proven := map[string]bool{}
	for _, c := range s.canaries() {
		event := s.record(c)
		var got []string
		for id, p := range rules {
			if s.matches(p, event) {
				got = append(got, id)
			}
		}
		if len(got) != 1 || proven[got[0]] {
			t.Errorf("%s of %s comes through %v", c.call, c.service, got)
			continue
		}
		proven[got[0]] = true
		change, err := trail.Parse(event)
		if err != nil {
			t.Fatal(err)
		}
		var on string
		switch subject := change.Subject.(type) {
		case trail.ManagedPolicy:
			on = subject.ARN
		case trail.Control:
			on = strings.Join(subject.Resources, " ")
		}
		if !own.Contains(on) {
			t.Errorf("%s of %s on %q, which is not a part of the stack", c.call, c.service, on)
		}
		if touch, ok := own.Affected(change); ok {
			t.Errorf("%s of %s would be told: %+v", c.call, c.service, touch)
		}
		if d := role.may(c.service+":"+c.call, on, nil); d.Outcome != eval.Allow {
			t.Errorf("the schedule may not call %s of %s: %s", c.call, c.service, d.Outcome)
		}
		id := strings.TrimSuffix(got[0], "Rule") + "Canary"
		if m := s.watches(id + "Alarm")[0]; s.get(m, "Dimensions", 0, "Value") != c.service+".amazonaws.com" {
			t.Errorf("%sAlarm waits for %v", id, m["Dimensions"])
		}
		if p := s.properties(id); p["State"] != "ENABLED" || p["ScheduleExpression"] != "rate(15 minutes)" || s.get(p, "Target", "RoleArn") != role.arn {
			t.Errorf("%s is %v", id, p)
		}
	}
	if len(proven) != len(rules) {
		t.Errorf("there are canaries for %v", proven)
	}
}

var canaryAlarms = []string{"ChangesCanaryAlarm", "ControlCanaryAlarm", "ControlOutCanaryAlarm", "ControlBaseCanaryAlarm"}

// A missing canary is reported once, and so is a rule without any matches. A late canary, so that
// one period has none and the next has two, is not.
func TestSilenceIsTold(t *testing.T) {
	s := single(t)
	for name, c := range map[string]struct {
		arrived minutes
		want    int
	}{
		"every time":           {of(1, 20), 0},
		"late now and then":    {then(of(1, 4), of(none, 1), of(2, 1), of(1, 4), of(none, 1), of(2, 1), of(1, 4)), 0},
		"not for half an hour": {then(of(1, 4), of(none, 2), of(1, 4)), 0},
		"not any more":         {then(of(1, 4), of(none, 20)), 1},
		"away, back, and away": {then(of(1, 4), of(none, 5), of(1, 3), of(none, 5)), 2},
		"never":                {of(none, 10), 1},
	} {
		for _, alarm := range canaryAlarms {
			if got := s.tells(alarm, map[string]minutes{"CanaryArrived": c.arrived}); got != c.want {
				t.Errorf("%s, arriving %s: told %d times, want %d", alarm, name, got, c.want)
			}
		}
	}
	if got := s.tells("QuietAlarm", map[string]minutes{"MatchedEvents": then(of(4, 3), of(none, 3))}); got != 1 {
		t.Errorf("no event matches: told %d times", got)
	}
	for _, id := range append(canaryAlarms, "QuietAlarm") {
		if got := s.get(s.properties(id), "Period").(float64) * s.get(s.properties(id), "EvaluationPeriods").(float64); got > 3600 {
			t.Errorf("%s reports silence after %v s", id, got)
		}
	}
}

// SQS sends metrics only for queues used in the last six hours, and the alarm on dead letters
// needs the metrics of an empty queue.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/monitoring-using-cloudwatch.html
func TestACanaryKeepsTheDeadLettersCounted(t *testing.T) {
	s := single(t)
	touched := slices.ContainsFunc(s.schedules(), func(c scheduled) bool {
		return c.service == "sqs" && c.parameters["queueUrl"] == s.ref("DeadLetters")
	})
	if !touched {
		t.Error("nothing uses the queue of dead letters while it is empty")
	}
}
