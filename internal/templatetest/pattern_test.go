package templatetest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ringfence/ringfence/internal/tamper"
	"github.com/ringfence/ringfence/internal/trail"
)

// controlRules are the rules that watch the control itself, and the services of each.
var controlRules = map[string][]string{
	"ControlRule":     {"events", "lambda", "scheduler", "sqs"},
	"ControlOutRule":  {"config", "logs", "monitoring", "sns"},
	"ControlBaseRule": {"cloudformation", "cloudtrail", "dynamodb", "kms"},
}

// The rules' patterns select what the code reads. The expected patterns are made from the code's
// tables.
func TestRulesSelectWhatTheCodeReads(t *testing.T) {
	s := single(t)
	compare := func(rule string, want any) {
		t.Helper()
		if diff := cmp.Diff(roundTrip(t, want), s.get(s.properties(rule), "EventPattern")); diff != "" {
			t.Errorf("%s differs from the code's table (-code +template):\n%s", rule, diff)
		}
	}
	compare("ChangesRule", changes(trail.Watched()))
	var all []string
	for rule, services := range controlRules {
		compare(rule, s.controlPattern(services))
		for _, service := range services {
			all = append(all, service+".amazonaws.com")
		}
	}
	slices.Sort(all)
	if !slices.Equal(all, trail.ControlServices()) {
		t.Errorf("the rules are for %v, the code for %v", all, trail.ControlServices())
	}
}

// changes returns the pattern for a table of calls, and for the calls on the rules themselves.
func changes(calls []trail.Call) any {
	names := map[string][]any{}
	sources := []string{"aws.events"}
	starts := []any{map[string]any{"prefix": name + "-"}}
	alternatives := []any{map[string]any{
		"eventSource":       []string{"events.amazonaws.com"},
		"requestParameters": map[string]any{"$or": []any{map[string]any{"name": starts}, map[string]any{"rule": starts}}},
	}}
	var services []string
	for _, c := range calls {
		if names[c.Source] == nil {
			services = append(services, c.Source)
			sources = append(sources, source(c.Source))
		}
		names[c.Source] = append(names[c.Source], c.Name)
	}
	for _, service := range services {
		alternatives = append(alternatives, map[string]any{"eventSource": []string{service}, "eventName": names[service]})
	}
	return patternOf(sources, map[string]any{"errorCode": absent, "$or": alternatives})
}

var (
	absent  = []any{map[string]any{"exists": false}}
	present = []any{map[string]any{"exists": true}}
)

func source(service string) string { return "aws." + strings.TrimSuffix(service, ".amazonaws.com") }

func patternOf(sources []string, detail map[string]any) any {
	return map[string]any{"source": sources, "detail-type": []string{"AWS API Call via CloudTrail"}, "detail": detail}
}

// bySource are the services whose calls are all selected: there are few, and trails have names
// that the stack does not know.
var bySource = []string{"cloudtrail.amazonaws.com"}

// notSelected are the places that a pattern may omit, with the reason.
var notSelected = map[string]string{
	"requestParameters.uUID":                       "the stack knows no id of a mapping; the answer names what it is of",
	"requestParameters.configurationRecorderName":  "no recorder has the name of the stack; the calls are selected by their names",
	"requestParameters.configurationRecorder.name": "the same",
	"requestParameters.eventBusName":               "the calls that it decides about are selected by their names",
}

// controlPattern returns the pattern for some of the stack's services: names of the stack wherever
// the code reads a name, the key's id, and calls that may name nothing.
func (s *stack) controlPattern(services []string) any {
	var sources, calls, chatter, whole []string
	places := map[string]map[string]any{"requestParameters": {"omitted": present}, "responseElements": {}, "resources": {}}
	for _, service := range services {
		service += ".amazonaws.com"
		sources = append(sources, source(service))
		calls = append(calls, tamper.Unnamed(service)...)
		chatter = append(chatter, tamper.OwnCalls(service)...)
		if slices.Contains(bySource, service) {
			whole = append(whole, service)
			continue
		}
		for _, place := range trail.ControlPlaces(service) {
			if in, path, _ := strings.Cut(place, "."); notSelected[place] == "" {
				if last, ok := places[in][path].([]any); !ok || len(last) == 1 {
					places[in][path] = s.nameIn(service, path)
				}
			}
		}
	}
	slices.Sort(calls)
	var alternatives []any
	for _, in := range []string{"requestParameters", "responseElements", "resources"} {
		var or []any
		for _, path := range slices.Sorted(maps.Keys(places[in])) {
			field := places[in][path]
			if outer, inner, nested := strings.Cut(path, "."); nested {
				path, field = outer, map[string]any{inner: field}
			}
			or = append(or, map[string]any{path: field})
		}
		alternative := map[string]any{in: map[string]any{"$or": or}}
		switch {
		case len(or) == 0:
			continue
		case len(or) == 1: // $or wants two
			alternative = map[string]any{in: or[0]}
		}
		if in == "requestParameters" && chatter != nil {
			alternative["eventName"] = []any{map[string]any{"anything-but": chatter}}
		}
		alternatives = append(alternatives, alternative)
	}
	alternatives = append(alternatives, map[string]any{"eventName": calls})
	if whole != nil {
		alternatives = append(alternatives, map[string]any{"eventSource": whole})
	}
	return patternOf(sources, map[string]any{"errorCode": absent, "eventCategory": []string{"Management"}, "$or": alternatives})
}

// nameIn returns the characteristic part of a name: the stack's name, the key's id, or the name of
// the account's bus.
func (s *stack) nameIn(service, path string) any {
	if service == "kms.amazonaws.com" && path != "aliasName" {
		return []any{map[string]any{"suffix": s.ref("Key")}}
	}
	ours := []any{map[string]any{"wildcard": "*" + name + "*"}}
	switch {
	case service != "events.amazonaws.com":
	case path == "name":
		return append(ours, "default")
	case path == "resourceARN" || path == "destination.arn":
		return append(ours, map[string]any{"suffix": ":event-bus/default"})
	}
	return ours
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

// longest is the maximum length of the stack's name: a schedule's name has at most 64 characters.
// https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
const longest = 64 - len("-control-base-canary")

// EventBridge accepts patterns of at most 2,048 characters by default. The rules' patterns fit
// even if the stack has the longest name.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
func TestPatternsAreShortEnough(t *testing.T) {
	s := single(t)
	s.values["AWS::StackName"] = strings.Repeat("n", longest)
	for _, id := range s.ofType("AWS::Events::Rule") {
		text, err := json.Marshal(s.get(s.properties(id), "EventPattern"))
		if err != nil {
			t.Fatal(err)
		}
		const key = 36 // the id of a key, which is shorter here
		size := len(text) + strings.Count(string(text), `"suffix"`)*key
		t.Logf("%s: %d", id, size)
		if size > 2048 {
			t.Errorf("the pattern of %s has %d characters", id, size)
		}
	}
}
