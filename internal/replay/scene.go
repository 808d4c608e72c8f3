package replay

import (
	"bytes"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/events"
	"github.com/ringfence/ringfence/internal/authdetails"
	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/trail"
)

// SetScene prepares a server for a situation: the account after the event, the event in the event history, and what the
// functions need. It returns the account.
func SetScene(ctx context.Context, server *localaws.Server, s events.Scenario) (localaws.Loaded, error) {
	raw, err := trail.Read(s.Event)
	if err != nil {
		return localaws.Loaded{}, fmt.Errorf("%s.json: %w", s.Name, err)
	}
	read := authdetails.Reader{Keep: true}
	if err := read.Read(s.Name, bytes.NewReader(s.State)); err != nil {
		return localaws.Loaded{}, fmt.Errorf("%s.txtar: %w", s.Name, err)
	}
	var loaded localaws.Loaded
	for _, part := range read.Parts() {
		loaded = server.Load(part)
	}
	if !raw.Failed() && raw.Source == iamSource {
		if _, err := apply.To(server.IAM(raw.Account)).Apply(raw); err != nil {
			return loaded, fmt.Errorf("%s.json: %w", s.Name, err)
		}
	}
	_ = server.AddRecord(detail(s.Event)) // one that cannot be looked up is not missed
	config := server.Config(homeRegion(loaded.Partition), loaded.Account)
	if _, err := Deploy(ctx, config); err != nil {
		return loaded, err
	}
	_, err = sqs.NewFromConfig(config).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(boot.LocalSweep)})
	return loaded, err
}
