package templatetest_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// minutes are the values of a metric, one for each period; NaN if CloudWatch has none.
type minutes []float64

var none = math.NaN()

// of returns a value for some periods.
func of(value float64, periods int) minutes {
	out := make(minutes, periods)
	for i := range out {
		out[i] = value
	}
	return out
}

func then(parts ...minutes) (all minutes) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// tells counts how often an alarm goes off for these values of its metrics, by their ids (or by
// their name if there is no expression). It notifies when it goes off, not while it stays in
// alarm.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
func (s *stack) tells(id string, metrics map[string]minutes) (times int) {
	s.t.Helper()
	p := s.properties(id)
	values := s.alarmValues(p, metrics)
	window := int(p["EvaluationPeriods"].(float64))
	enough := window
	if m, ok := p["DatapointsToAlarm"].(float64); ok {
		enough = int(m)
	}
	was := false
	for i := window; i <= len(values); i++ {
		breaching := 0
		for _, v := range values[i-window : i] {
			switch {
			case math.IsNaN(v):
				if p["TreatMissingData"] == "breaching" {
					breaching++
				}
			case p["ComparisonOperator"] == "GreaterThanThreshold" && v > p["Threshold"].(float64),
				p["ComparisonOperator"] == "LessThanThreshold" && v < p["Threshold"].(float64):
				breaching++
			}
		}
		is := breaching >= enough
		if is && !was {
			times++
		}
		was = is
	}
	return times
}

// alarmValues returns the values that an alarm compares.
func (s *stack) alarmValues(p map[string]any, metrics map[string]minutes) minutes {
	s.t.Helper()
	queries, ok := p["Metrics"].([]any)
	if !ok {
		return metrics[p["MetricName"].(string)]
	}
	m := arithmetic{t: s.t, ids: map[string]minutes{}}
	for _, q := range queries {
		if q := q.(map[string]any); q["Expression"] == nil {
			id := q["Id"].(string)
			if metrics[id] == nil {
				s.t.Fatalf("no values for %s", id)
			}
			m.ids[id] = metrics[id]
			m.metrics = append(m.metrics, metrics[id])
		}
	}
	var result minutes
	for _, q := range queries { // each expression follows its inputs
		if q := q.(map[string]any); q["Expression"] != nil {
			m.rest = tokens.FindAllString(q["Expression"].(string), -1)
			result = m.expression()[0]
			m.ids[q["Id"].(string)] = result
		}
	}
	return result
}

// An alarm on dead letters notifies for each new one, even if earlier ones are still there: one
// message that cannot be handled must not hide others.
func TestEachDeadLetterIsTold(t *testing.T) {
	s := single(t)
	watching := 0
	for _, id := range s.ofType("AWS::CloudWatch::Alarm") {
		for _, m := range s.watches(id) {
			if strings.Contains(fmt.Sprint(m["Dimensions"]), "dead-letters") {
				watching++
				break
			}
		}
	}
	if watching != 2 {
		t.Fatalf("%d alarms watch dead letters: this test knows two", watching)
	}
	zero := func(n int) minutes { return of(0, n) }
	once := then(zero(60), of(1, 1), zero(59))
	for name, c := range map[string]struct {
		sent, visible, hidden minutes
		want                  int
	}{
		"given up, and a second an hour later": {zero(180), then(zero(60), of(1, 60), of(2, 60)), zero(180), 2},
		"parked, and a second an hour later":   {then(once, of(1, 1), zero(59)), then(zero(60), of(1, 60), of(2, 60)), zero(180), 2},
		"the first in an idle queue": {
			then(of(none, 60), zero(60)), then(of(none, 60), of(1, 60)), then(of(none, 60), zero(60)), 1,
		},
		"parked while another is deleted":    {once, of(7, 120), zero(120), 1},
		"read and left by the operator":      {zero(120), then(of(2, 60), of(1, 20), of(2, 40)), then(zero(60), of(1, 20), zero(40)), 0},
		"deleted by the operator":            {zero(120), then(of(2, 60), of(1, 60)), zero(120), 0},
		"there since long":                   {zero(120), of(3, 120), zero(120), 0},
		"the last minute's metrics are late": {then(zero(119), of(none, 1)), then(of(3, 119), of(none, 1)), then(zero(119), of(none, 1)), 0},
	} {
		if got := s.tells("DeadLettersAlarm", map[string]minutes{"sent": c.sent, "visible": c.visible, "hidden": c.hidden}); got != c.want {
			t.Errorf("%s: notified %d times, want %d", name, got, c.want)
		}
	}
	if got := s.tells("RuleDeadLettersAlarm", map[string]minutes{"NumberOfMessagesSent": then(once, of(none, 60), of(3, 1), zero(10))}); got != 2 {
		t.Errorf("rule dead letters: notified %d times, want 2", got)
	}
}

// An event that any rule loses raises an alarm, whichever metric shows it, even if the other
// metrics were never sent.
func TestEachLostEventIsTold(t *testing.T) {
	s := single(t)
	watched := map[string]int{}
	for _, m := range slices.Concat(s.watches("EventsLostAlarm"), s.watches("OrgEventsLostAlarm")) {
		dimensions := m["Dimensions"].([]any)
		rule := s.get(dimensions, len(dimensions)-1, "Value").(string)
		bus, _ := s.properties(s.byName("AWS::Events::Rule", rule))["EventBusName"].(string)
		if onBus := len(dimensions) == 2 && s.get(dimensions, 0, "Value") == bus; onBus == (bus != "") {
			watched[rule]++
		}
	}
	for _, rule := range s.ofType("AWS::Events::Rule") {
		if watched[s.ref(rule).(string)] != 2 {
			t.Errorf("%s: %d of its metrics are watched", rule, watched[s.ref(rule).(string)])
		}
	}
	for _, alarm := range []string{"EventsLostAlarm", "OrgEventsLostAlarm"} {
		silent := map[string]minutes{}
		for _, q := range s.properties(alarm)["Metrics"].([]any) {
			silent[s.get(q, "Id").(string)] = of(none, 61)
		}
		if got := s.tells(alarm, silent); got != 0 {
			t.Errorf("%s notified %d times without a cause", alarm, got)
		}
		for id := range silent {
			if id == "lost" {
				continue
			}
			metrics := maps.Clone(silent)
			metrics[id] = then(of(none, 30), of(1, 1), of(none, 30))
			if got := s.tells(alarm, metrics); got != 1 {
				t.Errorf("%s, %s: notified %d times", alarm, id, got)
			}
		}
	}
}

// byName returns the id of the resource of a type that has a name.
func (s *stack) byName(kind, name string) string {
	s.t.Helper()
	for _, id := range s.ofType(kind) {
		if s.ref(id) == name {
			return id
		}
	}
	s.t.Fatalf("there is no %s %s", kind, name)
	return ""
}
