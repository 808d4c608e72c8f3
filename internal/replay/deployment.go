package replay

import (
	"context"
	"fmt"
	"maps"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// deployment is Ringfence in one account.
type deployment struct {
	*cloud
	account string
	pair
	queues
}

// ringfence returns the functions of the account of an event. It deploys them for the first event of the account.
func (c *cloud) ringfence(ctx context.Context, r trail.Record) (*deployment, error) {
	account := or(r.Account, localaws.DefaultAccount)
	if d, ok := c.deployed[account]; ok {
		return d, nil
	}
	if !principal.IsAccount(account) {
		return nil, fmt.Errorf("recipientAccountId: %q is not 12 digits", account)
	}
	region := homeRegion(c.partition)
	made, err := Deploy(ctx, c.server.Config(region, account))
	if err != nil {
		return nil, err
	}
	for _, topic := range c.cfg.Topics() {
		c.server.SNS.Make(topic)
	}
	c.takeEvents() // of what was just made
	env := c.lambdaEnv()
	maps.Copy(env, made)
	env["AWS_REGION"], env["AWS_ACCESS_KEY_ID"] = region, account
	p, err := c.start(ctx, env)
	if err != nil {
		return nil, err
	}
	c.deployed[account] = &deployment{cloud: c, account: account, pair: p, queues: queues{
		service: c.server.SQS, report: arnOf(c.partition, region, account, boot.LocalReport), followUp: arnOf(c.partition, region, account, boot.LocalFollowUp),
	}}
	return c.deployed[account], nil
}
