package replay

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/boot"
	localsqs "github.com/ringfence/ringfence/internal/localaws/sqs"
	"github.com/ringfence/ringfence/internal/target"
)

// queues are the queues of one account's deployment, by their ARNs.
type queues struct {
	service          *localsqs.Service
	report, followUp string
}

// Deploy creates what the functions need in an account (topic, ledger, queues) and returns their environment.
func Deploy(ctx context.Context, config aws.Config) (map[string]string, error) {
	topic, err := sns.NewFromConfig(config).CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(boot.LocalTopic)})
	if err != nil {
		return nil, fmt.Errorf("making the topic: %w", err)
	}
	_, err = dynamodb.NewFromConfig(config).CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(boot.LocalLedger), BillingMode: dbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dbtypes.AttributeDefinition{{AttributeName: aws.String("pk"), AttributeType: dbtypes.ScalarAttributeTypeS}},
		KeySchema:            []dbtypes.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: dbtypes.KeyTypeHash}},
	})
	if err != nil {
		return nil, fmt.Errorf("making the ledger: %w", err)
	}
	env := map[string]string{boot.EnvTopic: aws.ToString(topic.TopicArn), boot.EnvLedgerTable: boot.LocalLedger}
	client := sqs.NewFromConfig(config)
	for name, setting := range map[string]string{boot.LocalReport: boot.EnvReportQueue, boot.LocalFollowUp: boot.EnvFollowUpQueue, boot.LocalDeadLetters: boot.EnvDeadLetters} {
		made, err := client.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(name)})
		if err != nil {
			return nil, fmt.Errorf("making queue %s: %w", name, err)
		}
		env[setting] = aws.ToString(made.QueueUrl)
	}
	return env, nil
}

// arnOf returns the ARN of a queue.
func arnOf(partition, region, account, name string) string {
	return "arn:" + partition + ":sqs:" + region + ":" + account + ":" + name
}

// take receives the messages of a queue that are due by the clock.
func (q *queues) take(arn string) (messages []json.RawMessage) {
	for _, m := range q.service.Take(arn) {
		messages = append(messages, json.RawMessage(m.Body))
	}
	return messages
}

// due returns when the next message of either queue is due.
func (q *queues) due() (time.Time, bool) {
	at, any := q.service.Due(q.followUp)
	if digest, more := q.service.Due(q.report); more && (!any || digest.Before(at)) {
		return digest, true
	}
	return at, any
}

// patient is the delay from which on a look only re-checks an open finding. In a replay such a look changes nothing,
// since only the log changes the account.
const patient = 15 * time.Minute

// followUps receives the follow-ups that are due, without looks that only re-check an open finding.
func (q *queues) followUps() (messages []json.RawMessage) {
	for _, m := range q.service.Take(q.followUp) {
		var f target.FollowUp
		open := m.Delay >= patient && json.Unmarshal([]byte(m.Body), &f) == nil &&
			slices.ContainsFunc(f.Detail.Causes, func(c target.Cause) bool { return c.Kind == target.SecondLook && c.Finding == "" })
		if !open {
			messages = append(messages, json.RawMessage(m.Body))
		}
	}
	return messages
}
