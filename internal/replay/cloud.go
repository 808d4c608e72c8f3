package replay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/trail"
)

// cloud is the AWS of one partition, with Ringfence in each of its accounts.
type cloud struct {
	*world
	partition string
	server    *localaws.Server
	listener  *localaws.Listener // nil unless a binary is driven
	accounts  map[string]*apply.Log
	functions map[string]function
	lookouts  map[string]*lookout
	assumed   []string // that no step has told of yet

	mu  sync.Mutex
	own []json.RawMessage
}

// topicName is the topic that findings go to in each account.
const topicName = "ringfence-findings"

func (w *world) newCloud(partition string) (*cloud, error) {
	c := &cloud{
		world: w, partition: partition,
		server:    localaws.New(localaws.Options{Now: w.clock.Now, Partition: partition, Seed: 1}),
		accounts:  map[string]*apply.Log{},
		functions: map[string]function{},
		lookouts:  map[string]*lookout{},
	}
	c.server.Subscribe(func(e events.Event) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.own = append(c.own, json.RawMessage(e.JSON()))
	})
	if w.options.Binary == "" {
		return c, nil
	}
	var err error
	c.listener, err = c.server.ListenTo("127.0.0.1:0", io.Discard)
	return c, err
}

// Close ends what the cloud started.
func (c *cloud) Close() error {
	var errs []error
	for _, f := range c.functions {
		errs = append(errs, f.Close())
	}
	if c.listener != nil {
		errs = append(errs, c.listener.Close())
	}
	return errors.Join(errs...)
}

func (c *cloud) takeEvents() []json.RawMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := c.own
	c.own = nil
	return own
}

// function gives the function of the account that an event is of, and starts it where
// it is the first.
func (c *cloud) function(ctx context.Context, r trail.Record) (function, error) {
	account := or(r.Account, localaws.DefaultAccount)
	if f := c.functions[account]; f != nil {
		return f, nil
	}
	region := homeRegion(c.partition)
	config := c.server.Config(region, account)
	topic, err := c.topic(ctx, config)
	if err != nil {
		return nil, err
	}
	if c.lookouts[account], err = c.newLookout(ctx, config); err != nil {
		return nil, err
	}
	c.takeEvents() // of what was just made
	env := lambdaEnv(c.options.Settings)
	env["AWS_REGION"], env["AWS_ACCESS_KEY_ID"], env[boot.EnvTopic] = region, account, topic
	f, err := c.start(ctx, env)
	if err == nil {
		c.functions[account] = f
	}
	return f, err
}

// lambdaEnv is the environment of a function: what Lambda sets, what a replay needs, and
// the settings. Its access key id is the account, as localaws has it.
func lambdaEnv(settings map[string]string) map[string]string {
	env := map[string]string{
		"AWS_REGION":            homeRegion("aws"),
		"AWS_ACCESS_KEY_ID":     localaws.DefaultAccount,
		"AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL":      "http://127.0.0.1",
		boot.EnvClock:           "event",
		boot.EnvPropagation:     "0s",
		boot.EnvLogLevel:        "warn",
	}
	maps.Copy(env, settings)
	return env
}

func (c *cloud) start(ctx context.Context, env map[string]string) (function, error) {
	if c.listener == nil {
		return newLocal(env, c.options.Read, c.server.Client(), c.options.Log)
	}
	env["AWS_ENDPOINT_URL"] = c.listener.URL
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	return StartLambda(ctx, c.options.Binary, list)
}

// topic makes the topic that findings go to.
func (c *cloud) topic(ctx context.Context, config aws.Config) (string, error) {
	out, err := sns.NewFromConfig(config).CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(topicName)})
	if err != nil {
		return "", fmt.Errorf("making the topic: %w", err)
	}
	return aws.ToString(out.TopicArn), nil
}

// homeRegion is where IAM's events arrive.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
func homeRegion(partition string) string {
	switch {
	case strings.HasPrefix(partition, "aws-cn"):
		return "cn-north-1"
	case strings.HasPrefix(partition, "aws-us-gov"):
		return "us-gov-west-1"
	}
	return "us-east-1"
}
