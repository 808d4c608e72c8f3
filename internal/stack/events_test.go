package stack_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/localaws/pattern"
	"github.com/ringfence/ringfence/internal/trail"
)

// rules are the compiled patterns of the stack's rules.
func (s *stack) rules() map[string]*pattern.Pattern {
	s.t.Helper()
	out := map[string]*pattern.Pattern{}
	for _, id := range s.ofType("AWS::Events::Rule") {
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

// Each event of events/ reaches the function if the function acts on it, by one rule,
// and does not otherwise. What Ringfence itself makes comes through no rule.
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
		want := ruleFor(change)
		seen[want]++
		for id, p := range rules {
			if got := s.matches(p, scenario.Event); got != (id == want) {
				t.Errorf("%s (%s of %s, error code %q): %s matches: %v", scenario.Name, change.Name, change.Source, change.ErrorCode, id, got)
			}
		}
	}
	if seen["ChangesRule"] == 0 || seen[""] == 0 {
		t.Errorf("events by rule: %v", seen)
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

// ruleFor is the rule that must let an event through, empty where none should.
func ruleFor(c trail.Change) string {
	switch c.Subject.(type) {
	case trail.Unwatched:
		return ""
	case trail.Control:
		return "ControlRule"
	}
	return "ChangesRule"
}

// The same on recorded events, put into envelopes as EventBridge makes them.
func TestRecordedEventsAreMatchedAsTheyShouldBe(t *testing.T) {
	files, err := filepath.Glob("../../../shared/corpus/cloudtrail-files/*.json")
	if err != nil || len(files) == 0 {
		t.Skip("no recorded events beside the repository")
	}
	s := single(t)
	rules := s.rules()
	total, matched := 0, 0
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var file struct{ Records []json.RawMessage }
		if err := json.Unmarshal(data, &file); err != nil {
			t.Fatal(err)
		}
		for _, record := range file.Records {
			event := envelope(t, record)
			change, err := trail.Parse(event)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			total++
			want := ruleFor(change)
			if want != "" {
				matched++
			}
			for id, p := range rules {
				if got := s.matches(p, event); got != (id == want) {
					t.Errorf("%s of %s, error code %q: %s matches: %v", change.Name, change.Source, change.ErrorCode, id, got)
				}
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
