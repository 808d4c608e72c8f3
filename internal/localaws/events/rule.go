package events

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ringfence/ringfence/internal/localaws/pattern"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// maxPattern is the quota of an event pattern's size, in characters.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const maxPattern = 2048

type rule struct {
	name, arn, bus        string
	description, schedule string
	source                string // the text of the event pattern
	pattern               *pattern.Pattern
	state                 types.RuleState
	role                  string
	targets               []types.Target
}

func (r *rule) enabled() bool { return r.state != types.RuleStateDisabled }

func compile(source string) (*pattern.Pattern, error) {
	p, err := pattern.Compile([]byte(source))
	if err != nil {
		return nil, wire.Errorf(400, "InvalidEventPatternException", "Event pattern is not valid. Reason: %v", err)
	}
	return p, nil
}

func (c Call) ruleARN(b *bus, name string) string {
	arn := strings.Replace(b.arn, ":event-bus/", ":rule/", 1)
	if b.name == defaultBus {
		return strings.TrimSuffix(arn, defaultBus) + name
	}
	return arn + "/" + name
}

// putRule replaces a rule with the same name; its targets stay.
func (c Call) putRule(in *eventbridge.PutRuleInput) (*eventbridge.PutRuleOutput, error) {
	name := aws.ToString(in.Name)
	if !validName(name, 64) {
		return nil, validation("1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+", name)
	}
	r := &rule{
		name: name, description: aws.ToString(in.Description), schedule: aws.ToString(in.ScheduleExpression),
		source: aws.ToString(in.EventPattern), state: in.State, role: aws.ToString(in.RoleArn),
	}
	if r.state == "" {
		r.state = types.RuleStateEnabled
	}
	if !slices.Contains(r.state.Values(), r.state) {
		return nil, validation("Value '%s' at 'state' failed to satisfy constraint: Member must satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]", r.state)
	}
	if r.source == "" && r.schedule == "" {
		return nil, validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	}
	if len(r.source) > maxPattern {
		return nil, wire.Errorf(400, "LimitExceededException", "The event pattern has %d characters; the quota is %d.", len(r.source), maxPattern)
	}
	if r.source != "" {
		var err error
		if r.pattern, err = compile(r.source); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	b, err := c.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	if r.schedule != "" && b.name != defaultBus {
		return nil, validation("ScheduleExpression is supported only on the default event bus.")
	}
	r.arn, r.bus = c.ruleARN(b, name), b.name
	if old := b.rules[name]; old != nil {
		r.targets = old.targets
	}
	b.rules[name] = r
	return &eventbridge.PutRuleOutput{RuleArn: aws.String(r.arn)}, nil
}

// rule returns a rule of a bus. The mutex must be held.
func (c Call) rule(bus, name *string) (*rule, error) {
	b, err := c.bus(bus)
	if err != nil {
		return nil, err
	}
	r := b.rules[aws.ToString(name)]
	if r == nil {
		return nil, notFound("Rule %s does not exist on EventBus %s.", aws.ToString(name), b.name)
	}
	return r, nil
}
