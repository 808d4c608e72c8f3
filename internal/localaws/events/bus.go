package events

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

const defaultBus = "default"

type bus struct {
	name, arn string
	rules     map[string]*rule
	tags      map[string]string
}

func (c Call) busARN(name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	if name == "" {
		name = defaultBus
	}
	return "arn:" + c.Partition + ":events:" + c.Region + ":" + c.Account + ":event-bus/" + name
}

// bus gives a bus by name or ARN. The default bus of every account and region is
// always there. The mutex must be held.
func (c Call) bus(name *string) (*bus, error) {
	arn := c.busARN(aws.ToString(name))
	if b := c.buses[arn]; b != nil {
		return b, nil
	}
	if strings.HasSuffix(arn, ":event-bus/"+defaultBus) {
		b := &bus{name: defaultBus, arn: arn, rules: map[string]*rule{}, tags: map[string]string{}}
		c.buses[arn] = b
		return b, nil
	}
	return nil, notFound("Event bus %s does not exist.", aws.ToString(name))
}

func (c Call) createEventBus(in *eventbridge.CreateEventBusInput) (*eventbridge.CreateEventBusOutput, error) {
	name := aws.ToString(in.Name)
	if !validName(name, 256) || name == defaultBus {
		return nil, validation("Event bus name %q is not valid.", name)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	arn := c.busARN(name)
	if c.buses[arn] != nil {
		return nil, wire.Errorf(400, "ResourceAlreadyExistsException", "Event bus %s already exists.", name)
	}
	b := &bus{name: name, arn: arn, rules: map[string]*rule{}, tags: map[string]string{}}
	for _, tag := range in.Tags {
		b.tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	c.buses[arn] = b
	return &eventbridge.CreateEventBusOutput{EventBusArn: aws.String(arn)}, nil
}

func (c Call) deleteEventBus(in *eventbridge.DeleteEventBusInput) (*eventbridge.DeleteEventBusOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	arn := c.busARN(aws.ToString(in.Name))
	switch b := c.buses[arn]; {
	case strings.HasSuffix(arn, "/"+defaultBus):
		return nil, validation("Cannot delete event bus default.")
	case b != nil && len(b.rules) > 0:
		return nil, validation("Event bus can't be deleted since it has rules.")
	}
	delete(c.buses, arn)
	return &eventbridge.DeleteEventBusOutput{}, nil
}

func (c Call) describeEventBus(in *eventbridge.DescribeEventBusInput) (*eventbridge.DescribeEventBusOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, err := c.bus(in.Name)
	if err != nil {
		return nil, err
	}
	return &eventbridge.DescribeEventBusOutput{Name: aws.String(b.name), Arn: aws.String(b.arn)}, nil
}

func (c Call) listEventBuses(in *eventbridge.ListEventBusesInput) (*eventbridge.ListEventBusesOutput, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, err := c.bus(nil); err != nil {
		return nil, err
	}
	out := &eventbridge.ListEventBusesOutput{EventBuses: []types.EventBus{}}
	for _, arn := range slices.Sorted(maps.Keys(c.buses)) {
		b := c.buses[arn]
		if strings.HasPrefix(arn, c.busARN(" ")[:len(c.busARN(" "))-1]) && strings.HasPrefix(b.name, aws.ToString(in.NamePrefix)) {
			out.EventBuses = append(out.EventBuses, types.EventBus{Name: aws.String(b.name), Arn: aws.String(arn)})
		}
	}
	return out, nil
}
