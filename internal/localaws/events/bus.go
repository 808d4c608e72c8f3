package events

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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
