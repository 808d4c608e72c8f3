package config

import (
	"slices"
	"testing"
)

const (
	shopTopic = "arn:aws:sns:us-east-1:123456789012:shop-alerts"
	ciTopic   = "arn:aws:sns:eu-central-1:210987654321:ci_alerts"
)

func TestTopicIsTheRulesThenTheAccounts(t *testing.T) {
	f := load(t, "everything.yaml")
	for _, c := range []struct{ rule, account, topic string }{
		{"ci", "123456789012", ciTopic},
		{"ci", "111122223333", ciTopic},
		{"the-rest", "123456789012", shopTopic},
		{"the-rest", "210987654321", ""},
		{"the-rest", "111122223333", ""},
		// Only a rule makes a principal its owner's.
		{"", "123456789012", ""},
		{"no-longer-there", "123456789012", ""},
	} {
		for mode, f := range map[Mode]*Config{"": f, Observe: f.Limit(Observe)} {
			if topic := f.TopicOf(c.rule, c.account); topic != c.topic {
				t.Errorf("rule %q in %s, mode %q: topic %q, want %q", c.rule, c.account, mode, topic, c.topic)
			}
		}
	}
}

// Ensure that the list, which the report function's permissions are made of, has every topic that
// TopicOf returns, each once, and no other.
func TestTopicsAreThoseThatGetSomething(t *testing.T) {
	f := load(t, "everything.yaml")
	if got, want := f.Topics(), []string{ciTopic, shopTopic}; !slices.Equal(got, want) {
		t.Errorf("topics %q, want %q", got, want)
	}
	named := map[string]bool{"": true}
	for _, r := range f.Rules() {
		for _, account := range []string{"123456789012", "210987654321", "111122223333"} {
			topic := f.TopicOf(r.Name, account)
			named[topic] = true
			if topic != "" && !slices.Contains(f.Topics(), topic) {
				t.Errorf("%s is missing", topic)
			}
		}
	}
	if len(named) != 3 {
		t.Errorf("topics of rules: %v", named)
	}
	single, err := Single("arn:aws:iam::aws:policy/ReadOnlyAccess", nil, Alert)
	if err != nil || len(single.Topics()) != 0 || single.TopicOf(SingleRule, "123456789012") != "" {
		t.Errorf("%v, %v", single.Topics(), err)
	}
}

func TestTopicOfPresetAndOutOfScope(t *testing.T) {
	f, err := Load("f.yaml", []byte(`version: 1
mode: alert
boundaries: {team: {arn: "arn:${partition}:iam::aws:policy/ReadOnlyAccess"}}
rules:
  - {preset: stacksets, owner: o, topic: "`+shopTopic+`"}
  - {name: pipeline, match: {names: ["p-*"]}, boundary: none, owner: o, reason: r, topic: "`+ciTopic+`"}
  - {name: rest, match: {names: ["*"]}, boundary: team}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	for rule, want := range map[string]string{"stacksets": shopTopic, "pipeline": ciTopic, "rest": ""} {
		if got := f.TopicOf(rule, "123456789012"); got != want {
			t.Errorf("rule %s: %q", rule, got)
		}
	}
}
