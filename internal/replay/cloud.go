package replay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"strings"
	"sync"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/apply"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/runtimeapi"
)

// cloud is the AWS of one partition, with Ringfence in each of its accounts.
type cloud struct {
	*world
	partition string
	server    *localaws.Server
	listener  *localaws.Listener // nil unless a binary is driven
	accounts  map[string]*apply.Log
	deployed  map[string]*deployment
	assumed   []string // that no step has told of yet

	mu  sync.Mutex
	own []json.RawMessage
}

func (w *world) newCloud(partition string) (*cloud, error) {
	c := &cloud{
		world: w, partition: partition,
		server:   localaws.New(localaws.Options{Now: w.clock.Now, Partition: partition, Seed: 1}),
		accounts: map[string]*apply.Log{},
		deployed: map[string]*deployment{},
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

// Close stops what the cloud started.
func (c *cloud) Close() error {
	var errs []error
	for _, d := range c.deployed {
		errs = append(errs, d.enforce.Close(), d.pair.report.Close())
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

// lambdaEnv returns the environment of a function: what Lambda sets, what a replay needs, and the settings. Its access
// key id is the account, as localaws expects.
func (w *world) lambdaEnv() map[string]string {
	env := map[string]string{
		"AWS_REGION":            homeRegion("aws"),
		"AWS_ACCESS_KEY_ID":     localaws.DefaultAccount,
		"AWS_SECRET_ACCESS_KEY": "local",
		"AWS_ENDPOINT_URL":      "http://127.0.0.1",
		boot.EnvClock:           "event+" + w.delay.String(),
		boot.EnvPropagation:     "0s",
		boot.EnvLogLevel:        "warn",
	}
	maps.Copy(env, w.options.Settings)
	return env
}

func (c *cloud) start(ctx context.Context, env map[string]string) (p pair, err error) {
	if c.listener == nil {
		return newLocal(env, c.options.Read, c.server.Direct(), c.options.Log)
	}
	env["AWS_ENDPOINT_URL"] = c.listener.URL
	enforce, err := runtimeapi.Start(ctx, c.options.Binary, env)
	if err != nil {
		return p, err
	}
	report, err := runtimeapi.Start(ctx, c.options.ReportBinary, env)
	if err != nil {
		return p, errors.Join(err, enforce.Close())
	}
	return pair{built{enforce}, built{report}}, nil
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
