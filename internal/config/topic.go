package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// topicARN is the form of the ARN of a standard SNS topic.
// https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html#amazonsns-resources-for-iam-policies
var topicARN = lazy(`^arn:aws(-[a-z]+)*:sns:[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)

// TopicOf returns the ARN of the owner's topic that gets the alerts about the principals of a rule
// in an account, beside the topic of the stack: that of the rule or, if it has none, that of the
// account. It returns "" if there is none, and for every rule that is not in the configuration: a
// principal that no rule matches has no owner.
func (c *Config) TopicOf(rule, account string) string {
	r, ok := c.Rule(rule)
	if !ok {
		return ""
	}
	return cmp.Or(r.Topic, c.accounts[account].Topic)
}

// Topics returns the ARNs of all owners' topics, sorted. The report function must be allowed to
// publish to them, and to no other.
func (c *Config) Topics() []string {
	var all []string
	for i := range c.rules {
		all = append(all, c.rules[i].Topic)
	}
	for _, a := range c.accounts {
		all = append(all, a.Topic)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(arn string) bool { return arn == "" })
}

// topic reads the optional topic of a rule or account.
func (f fields) topic() string {
	v, ok := f.get("topic")
	if !ok {
		return ""
	}
	text, ok := v.text()
	if !ok {
		return ""
	}
	if err := checkTopic(text); err != nil {
		v.problem("%v", err)
		return ""
	}
	return text
}

// checkTopic refuses what is not the ARN of one standard topic. A variable is refused too: the role
// of the report function may publish only to topics that the deployment names.
func checkTopic(text string) error {
	const form = "arn:PARTITION:sns:REGION:ACCOUNT:NAME"
	switch {
	case strings.Contains(text, "${"):
		return fmt.Errorf("%q has a variable; a topic is one topic, so write its partition and account out (%s)", text, form)
	case strings.ContainsAny(text, "*?"):
		return fmt.Errorf("%q has a wildcard; a topic is one topic (%s)", text, form)
	case strings.HasSuffix(text, ".fifo"):
		return fmt.Errorf("%q is a FIFO topic, which delivers only to queues; use a standard topic", text)
	case !topicARN().MatchString(text):
		return fmt.Errorf("%q is not the ARN of an SNS topic (%s)", text, form)
	}
	return nil
}
