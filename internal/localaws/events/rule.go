package events

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ringfence/ringfence/internal/localaws/pattern"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// maxPattern is the quota of an event pattern's size.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const maxPattern = 2048

type rule struct {
	name, arn, bus        string
	description, schedule string
	source                string // the event pattern as it was given
	pattern               *pattern.Pattern
	state                 types.RuleState
	role                  string
	targets               []types.Target
	tags                  map[string]string
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

// putRule replaces a rule of the same name, whose targets stay.
func (c Call) putRule(in *eventbridge.PutRuleInput) (*eventbridge.PutRuleOutput, error) {
	name := aws.ToString(in.Name)
	if !validName(name, 64) {
		return nil, validation("1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+", name)
	}
	r := &rule{
		name: name, description: aws.ToString(in.Description), schedule: aws.ToString(in.ScheduleExpression),
		source: aws.ToString(in.EventPattern), state: in.State, role: aws.ToString(in.RoleArn), tags: map[string]string{},
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
	for _, tag := range in.Tags {
		r.tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
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
		r.targets, r.tags = old.targets, old.tags
	}
	b.rules[name] = r
	return &eventbridge.PutRuleOutput{RuleArn: aws.String(r.arn)}, nil
}

// rule gives a rule of a bus. The mutex must be held.
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

// deleteRule succeeds for a rule that is gone, and refuses one that has targets.
func (c Call) deleteRule(in *eventbridge.DeleteRuleInput) (*eventbridge.DeleteRuleOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, err := c.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	if r := b.rules[aws.ToString(in.Name)]; r != nil && len(r.targets) > 0 {
		return nil, validation("Rule can't be deleted since it has targets.")
	}
	delete(b.rules, aws.ToString(in.Name))
	return &eventbridge.DeleteRuleOutput{}, nil
}

func (c Call) describeRule(in *eventbridge.DescribeRuleInput) (*eventbridge.DescribeRuleOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.rule(in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeRuleOutput{
		Name: aws.String(r.name), Arn: aws.String(r.arn), EventBusName: aws.String(r.bus), State: r.state,
		EventPattern: text(r.source), ScheduleExpression: text(r.schedule), Description: text(r.description), RoleArn: text(r.role),
	}, nil
}

func (c Call) listRules(in *eventbridge.ListRulesInput) (*eventbridge.ListRulesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, err := c.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(b.rules)), func(name string) bool {
		return !strings.HasPrefix(name, aws.ToString(in.NamePrefix))
	})
	names, next := pageOf(names, in.NextToken, in.Limit)
	out := &eventbridge.ListRulesOutput{Rules: []types.Rule{}, NextToken: next}
	for _, name := range names {
		r := b.rules[name]
		out.Rules = append(out.Rules, types.Rule{
			Name: aws.String(r.name), Arn: aws.String(r.arn), EventBusName: aws.String(r.bus), State: r.state,
			EventPattern: text(r.source), ScheduleExpression: text(r.schedule), Description: text(r.description), RoleArn: text(r.role),
		})
	}
	return out, nil
}

func (c Call) enableRule(in *eventbridge.EnableRuleInput) (*eventbridge.EnableRuleOutput, error) {
	return &eventbridge.EnableRuleOutput{}, c.setState(in.EventBusName, in.Name, types.RuleStateEnabled)
}

func (c Call) disableRule(in *eventbridge.DisableRuleInput) (*eventbridge.DisableRuleOutput, error) {
	return &eventbridge.DisableRuleOutput{}, c.setState(in.EventBusName, in.Name, types.RuleStateDisabled)
}

func (c Call) setState(bus, name *string, state types.RuleState) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	r, err := c.rule(bus, name)
	if err == nil {
		r.state = state
	}
	return err
}

func (c Call) testEventPattern(in *eventbridge.TestEventPatternInput) (*eventbridge.TestEventPatternOutput, error) {
	p, err := compile(aws.ToString(in.EventPattern))
	if err != nil {
		return nil, err
	}
	matched, err := p.Match([]byte(aws.ToString(in.Event)))
	if err != nil {
		return nil, validation("Event is not valid. Reason: %v", err)
	}
	return &eventbridge.TestEventPatternOutput{Result: matched}, nil
}

// pageOf cuts a page out of a sorted list; a token is the last name of the page before.
func pageOf(sorted []string, token *string, limit *int32) (page []string, next *string) {
	i, found := slices.BinarySearch(sorted, aws.ToString(token))
	if found {
		i++
	}
	most := 100
	if limit != nil && *limit >= 1 && *limit <= 100 {
		most = int(*limit)
	}
	if page = sorted[i:]; len(page) > most {
		page = page[:most]
		next = aws.String(page[most-1])
	}
	return page, next
}

// text is nil for what is not set.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
