package replay

import (
	"encoding/json"
	"fmt"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// apply applies a recorded write to the account and returns what it had to assume.
func (c *cloud) apply(raw trail.Raw) (assumed []string, err error) {
	log := c.account(raw.Record)
	assumed, c.assumed = c.assumed, nil
	if raw.Failed() || raw.Source != iamSource {
		return assumed, nil
	}
	result, err := log.Apply(raw)
	if result.Reason != "" {
		result.Assumed = append(result.Assumed, fmt.Sprintf("that %s %s changed nothing: %s", raw.Name, raw.EventID, result.Reason))
	}
	return append(assumed, result.Assumed...), err
}

// account returns the applier of records for their account. On the first use of an account it creates the boundary
// policies that the configuration requires there, unless a state lists the policies.
func (c *cloud) account(r trail.Record) *apply.Log {
	id := or(r.Account, localaws.DefaultAccount)
	if log := c.accounts[id]; log != nil {
		return log
	}
	account := c.server.IAM(id)
	c.accounts[id] = apply.To(account)
	if c.whole[id] {
		return c.accounts[id]
	}
	for _, b := range c.cfg.Boundaries(c.partition, id) {
		note := ", with its approved document"
		if b.Document == nil {
			note = " (document unknown: nothing can be compared with it)"
		}
		if put(account, b.ARN, string(b.Document)) {
			c.assumed = append(c.assumed, fmt.Sprintf("boundary policy %s%s", b.ARN, note))
		}
	}
	return c.accounts[id]
}

// put creates a managed policy in the account unless it, or another one with its name, exists. An empty document is
// an unknown one: reading it is refused.
func put(account *iam.Account, arn, document string) (done bool) {
	policy, err := principal.ParsePolicy(arn)
	if err != nil {
		return false
	}
	_ = account.Edit(func(tx *iam.Tx) error {
		if policy.Account == principal.AWSManaged {
			done = tx.EnsurePolicy(arn, document)
			return nil
		}
		if tx.PolicyNamed(policy.Name) == nil {
			tx.PutPolicy(tx.NewPolicy(policy.Path, policy.Name, document))
			done = true
		}
		return nil
	})
	return done
}

// look adds a delivered event to the event history.
func (c *cloud) look(event json.RawMessage) {
	_ = c.server.AddRecord(detail(event)) // one that cannot be looked up is not missed
}

// detail returns the CloudTrail record in an EventBridge event, or the record itself.
func detail(event json.RawMessage) json.RawMessage {
	var envelope struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal(event, &envelope) == nil && envelope.Detail != nil {
		return envelope.Detail
	}
	return event
}
