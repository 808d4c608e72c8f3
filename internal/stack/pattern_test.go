package stack_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/trail"
)

// The rules' patterns select exactly the calls that the code knows: this is what they
// must be, made from the code's tables.
func TestRulesSelectWhatTheCodeReads(t *testing.T) {
	s := single(t)
	for rule, calls := range map[string][]trail.Call{"ChangesRule": trail.Watched(), "ControlRule": trail.ControlCalls()} {
		got := s.get(s.properties(rule), "EventPattern")
		if diff := cmp.Diff(wanted(t, calls), got); diff != "" {
			t.Errorf("%s differs from the code's table (-code +template):\n%s", rule, diff)
		}
	}
}

// wanted is the pattern for a table of calls, in JSON's types.
func wanted(t *testing.T, calls []trail.Call) any {
	t.Helper()
	names := map[string][]any{}
	var sources, services []string
	for _, c := range calls {
		if names[c.Source] == nil {
			services = append(services, c.Source)
			sources = append(sources, "aws."+strings.TrimSuffix(c.Source, ".amazonaws.com"))
		}
		names[c.Source] = append(names[c.Source], c.Name)
		if dated := c.DatedPrefix(); dated != "" {
			names[c.Source] = append(names[c.Source], map[string]any{"prefix": dated})
		}
	}
	var alternatives []any
	for _, service := range services {
		alternatives = append(alternatives, map[string]any{"eventSource": []string{service}, "eventName": names[service]})
	}
	return roundTrip(t, map[string]any{
		"source":      sources,
		"detail-type": []string{"AWS API Call via CloudTrail"},
		"detail": map[string]any{
			"errorCode": []any{map[string]any{"exists": false}},
			"$or":       alternatives,
		},
	})
}

func roundTrip(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// EventBridge takes patterns of at most 2,048 characters, where nobody asked for more.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
func TestPatternsAreShortEnough(t *testing.T) {
	s := single(t)
	for _, id := range s.ofType("AWS::Events::Rule") {
		text, err := json.Marshal(s.get(s.properties(id), "EventPattern"))
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 2048 {
			t.Errorf("the pattern of %s has %d characters", id, len(text))
		}
	}
}
