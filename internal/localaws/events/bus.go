package events

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

const defaultBus = "default"

type bus struct {
	name, arn string
	rules     map[string]*rule
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

// createEventBus makes a custom bus. Policies of buses are not evaluated.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
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
	c.buses[arn] = &bus{name: name, arn: arn, rules: map[string]*rule{}}
	return &eventbridge.CreateEventBusOutput{EventBusArn: &arn}, nil
}

// bus returns a bus by name or ARN. The default bus of every account and region always exists. The
// mutex must be held.
func (c Call) bus(name *string) (*bus, error) {
	arn := c.busARN(aws.ToString(name))
	if b := c.buses[arn]; b != nil {
		return b, nil
	}
	if strings.HasSuffix(arn, ":event-bus/"+defaultBus) {
		b := &bus{name: defaultBus, arn: arn, rules: map[string]*rule{}}
		c.buses[arn] = b
		return b, nil
	}
	return nil, notFound("Event bus %s does not exist.", aws.ToString(name))
}
