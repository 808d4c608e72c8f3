package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// account is the AWS account in which principals drift: a boundary policy, and the resources of
// Ringfence's deployment.
type account struct {
	server       *localaws.Server
	sqs          *sqs.Client
	topic        string
	documentFile string
	made         atomic.Int64
}

const (
	region   = "us-east-1"
	boundary = "arn:aws:iam::" + localaws.DefaultAccount + ":policy/team-boundary"
	document = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*", "dynamodb:*", "logs:*"], "Resource": "*"}]}`

	ledgerTable = "ringfence-ledger"
	reports     = "ringfence-reports"
	followUps   = "ringfence-follow-ups"
	deadLetters = "ringfence-dead-letters"
)

// newAccount creates the account; dir is for the approved document.
func newAccount(ctx context.Context, dir string) (*account, error) {
	a := &account{server: localaws.New(localaws.Options{Seed: 1}), documentFile: filepath.Join(dir, "boundary.json")}
	if err := os.WriteFile(a.documentFile, []byte(document), 0o600); err != nil {
		return nil, fmt.Errorf("writing the approved document: %w", err)
	}
	err := a.server.IAM(localaws.DefaultAccount).Edit(func(tx *iam.Tx) error {
		tx.EnsurePolicy(boundary, document)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("making the boundary policy: %w", err)
	}
	cfg := a.server.Config(region, localaws.DefaultAccount)
	_, err = dynamodb.NewFromConfig(cfg).CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName:            aws.String(ledgerTable),
		BillingMode:          types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: types.ScalarAttributeTypeS}},
	})
	if err != nil {
		return nil, fmt.Errorf("making the ledger's table: %w", err)
	}
	a.sqs = sqs.NewFromConfig(cfg)
	for _, name := range []string{reports, followUps, deadLetters} {
		if _, err := a.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name}); err != nil {
			return nil, fmt.Errorf("making the queue %s: %w", name, err)
		}
	}
	topic, err := sns.NewFromConfig(cfg).CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("ringfence-findings")})
	if err != nil {
		return nil, fmt.Errorf("making the topic: %w", err)
	}
	a.topic = aws.ToString(topic.TopicArn)
	return a, nil
}

// drifted creates roles without their boundary, with unused names.
func (a *account) drifted(n int) []string {
	names := make([]string, n)
	_ = a.server.IAM(localaws.DefaultAccount).Edit(func(tx *iam.Tx) error {
		for i := range names {
			names[i] = fmt.Sprintf("orders-%05d", a.made.Add(1))
			tx.EnsureRole("/", names[i])
		}
		return nil // nothing else can fail
	})
	return names
}

// bounded counts the roles with the boundary.
func (a *account) bounded(names []string) int {
	n := 0
	_ = a.server.IAM(localaws.DefaultAccount).View(iam.Lag{}, func(tx *iam.Tx) error {
		for _, name := range names {
			if r := tx.Role(name); r != nil && r.Boundary == boundary {
				n++
			}
		}
		return nil // nothing else can fail
	})
	return n
}
