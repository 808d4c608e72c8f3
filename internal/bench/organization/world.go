package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	"github.com/ringfence/ringfence/internal/localaws"
	localiam "github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/organizations"
	"github.com/ringfence/ringfence/internal/replay"
)

const (
	region   = "us-east-1"
	hub      = "111111111111"
	document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "logs:*"], "Resource": "*"}]}`
	trust    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`
	// changes are the events that matter here. The template has all of them.
	changes = `{"source": ["aws.iam"], "detail": {"eventName": ["CreateRole", "DeleteRolePermissionsBoundary"]}}`

	eventQueue, sweepQueue = "ringfence-events", "ringfence-sweep"
)

// sandbox is the organizational unit whose accounts need no boundary. So each decision depends on the unit of its account.
const sandbox = "Sandbox"

var rules = `version: 1
mode: enforce
boundaries:
  team: {arn: "arn:aws:iam::${account}:policy/team-boundary", document: team.json}
rules:
  - {name: own, match: {paths: ["/ringfence/"]}, boundary: none, reason: "Ringfence's own roles", owner: security}
  - {name: sandbox, match: {organizationalUnits: [` + organizations.UnitID(sandbox) + `]}, boundary: none, reason: emptied every night, owner: security}
  - {name: everyone, match: {names: ["*"]}, boundary: team}
`

// world is an organization on the embedded AWS: the hub with what the functions need, and members whose events it gets.
type world struct {
	server   *localaws.Server
	listener *localaws.Listener
	members  []string
	env      map[string]string
}

// newWorld makes an organization of n members; dir is for the configuration. The messages of an account form a group,
// unless the queues are unfair.
func newWorld(ctx context.Context, dir string, n int, unfair bool, notice io.Writer) (*world, error) {
	w := &world{server: localaws.New(localaws.Options{Seed: 1})}
	var err error
	if w.listener, err = w.server.ListenTo("127.0.0.1:0", notice); err != nil {
		return nil, err
	}
	if err := w.deploy(ctx, dir, unfair); err != nil {
		return nil, errors.Join(err, w.listener.Close())
	}
	w.server.Organizations.SetAccount(hub, "hub", "Security", orgtypes.AccountStateActive)
	for i := range n {
		if err := w.join(ctx, fmt.Sprintf("2%011d", i)); err != nil {
			return nil, errors.Join(err, w.listener.Close())
		}
	}
	return w, nil
}

// deploy makes the hub.
func (w *world) deploy(ctx context.Context, dir string, unfair bool) error {
	cfg := w.server.Config(region, hub)
	env, err := replay.Deploy(ctx, cfg)
	if err != nil {
		return err
	}
	client := sqs.NewFromConfig(cfg)
	for name, visibility := range map[string]string{eventQueue: "60", sweepQueue: "240"} {
		if _, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: map[string]string{"VisibilityTimeout": visibility}}); err != nil {
			return fmt.Errorf("making the queue %s: %w", name, err)
		}
	}
	target := eventtypes.Target{Id: aws.String("events"), Arn: aws.String(queueARN(eventQueue))}
	if !unfair {
		target.SqsParameters = &eventtypes.SqsParameters{MessageGroupId: aws.String("$.account")}
	}
	bus := eventbridge.NewFromConfig(cfg)
	if _, err := bus.CreateEventBus(ctx, &eventbridge.CreateEventBusInput{Name: aws.String("org")}); err != nil {
		return fmt.Errorf("making the hub's bus: %w", err)
	}
	if err := rule(ctx, bus, aws.String("org"), target); err != nil {
		return err
	}
	config := filepath.Join(dir, "ringfence.yaml")
	if err := errors.Join(os.WriteFile(config, []byte(rules), 0o600), os.WriteFile(filepath.Join(dir, "team.json"), []byte(document), 0o600)); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	maps.Copy(env, map[string]string{
		"AWS_REGION": region, "AWS_ACCESS_KEY_ID": hub, "AWS_SECRET_ACCESS_KEY": "local", boot.EnvEndpoint: w.listener.URL,
		boot.EnvConfig: config, boot.EnvAccount: hub, boot.EnvExternalID: "an external id", boot.EnvLogLevel: "warn",
		boot.EnvSweepQueue: w.listener.URL + "/" + hub + "/" + sweepQueue, boot.EnvPropagation: "0s",
	})
	w.env = env
	return w.spoke(ctx, hub)
}

// join adds a member.
func (w *world) join(ctx context.Context, account string) error {
	w.members = append(w.members, account)
	w.server.Organizations.SetAccount(account, "member "+account, "Workloads", orgtypes.AccountStateActive)
	if err := w.spoke(ctx, account); err != nil {
		return err
	}
	client := iam.NewFromConfig(w.server.Config(region, account))
	for _, role := range []string{"ringfence-member-enforce", "ringfence-member-read"} {
		if _, err := client.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &role, Path: aws.String("/ringfence/"), AssumeRolePolicyDocument: aws.String(trust)}); err != nil {
			return fmt.Errorf("making the role of %s: %w", account, err)
		}
	}
	bus := eventbridge.NewFromConfig(w.server.Config(region, account))
	return rule(ctx, bus, nil, eventtypes.Target{Id: aws.String("hub"), Arn: aws.String("arn:aws:events:" + region + ":" + hub + ":event-bus/org")})
}

// spoke makes the boundary policy of an account.
func (w *world) spoke(_ context.Context, account string) error {
	return w.server.IAM(account).Edit(func(tx *localiam.Tx) error {
		tx.EnsurePolicy(boundary(account), document)
		return nil
	})
}

// rule forwards changes from a bus to a target.
func rule(ctx context.Context, client *eventbridge.Client, bus *string, target eventtypes.Target) error {
	name := aws.String("ringfence-changes")
	if _, err := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, EventBusName: bus, EventPattern: aws.String(changes)}); err != nil {
		return fmt.Errorf("making a rule: %w", err)
	}
	if _, err := client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: name, EventBusName: bus, Targets: []eventtypes.Target{target}}); err != nil {
		return fmt.Errorf("setting the target of a rule: %w", err)
	}
	return nil
}

func queueARN(name string) string { return "arn:aws:sqs:" + region + ":" + hub + ":" + name }

func boundary(account string) string { return "arn:aws:iam::" + account + ":policy/team-boundary" }

// environment returns that of a function.
func (w *world) environment(role string) map[string]string {
	env := maps.Clone(w.env)
	env[boot.EnvMemberRole] = "arn:aws:iam::${account}:role/ringfence/" + role
	return env
}

// drift creates a role without its boundary in an account.
func (w *world) drift(ctx context.Context, account, name string) error {
	_, err := iam.NewFromConfig(w.server.Config(region, account)).CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trust)})
	if err != nil {
		return fmt.Errorf("creating the role %s in %s: %w", name, account, err)
	}
	return nil
}
