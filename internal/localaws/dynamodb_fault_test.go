package localaws_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go/transport/http"

	"github.com/ringfence/ringfence/internal/localaws"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

func TestDynamoDBGoesDown(t *testing.T) {
	w, c := tables(t)
	put(t, c, "items", pk("x"))
	read := func() error {
		_, err := c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: s("items"), Key: pk("x")})
		return err
	}
	for want, effect := range map[string]localaws.Effect{
		"ThrottlingException": localaws.Throttle{}, "InternalServerError": localaws.ServerError{}, "ServiceUnavailable": localaws.ServerError{Status: 503},
		"ProvisionedThroughputExceededException": localaws.Refuse{Status: 400, Code: "ProvisionedThroughputExceededException", Message: "slow down"},
	} {
		remove := w.Inject(localaws.Fault{On: "dynamodb:*", Do: effect})
		if err := read(); code(err) != want {
			t.Errorf("%s: %v", want, err)
		}
		if _, err := w.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: s("q")}); err != nil {
			t.Errorf("SQS fails too: %v", err)
		}
		remove()
		if err := read(); err != nil {
			t.Error(err)
		}
	}
	var throttled *types.ThrottlingException
	w.Inject(localaws.Fault{On: "dynamodb:GetItem", Times: 1, Do: localaws.Throttle{}})
	if err := read(); !errors.As(err, &throttled) {
		t.Errorf("%v", err)
	}
	var broken *types.InternalServerError
	w.Inject(localaws.Fault{On: "dynamodb:GetItem", Times: 1, Do: localaws.ServerError{}})
	if err := read(); !errors.As(err, &broken) {
		t.Errorf("%v", err)
	}
}

// TestWritesWhoseAnswersAreLost loses the request, then the answer.
func TestWritesWhoseAnswersAreLost(t *testing.T) {
	w, c := tables(t)
	for name, effect := range map[string]localaws.Effect{"never": localaws.Drop{}, "made": localaws.Drop{Done: true}} {
		w.Inject(localaws.Fault{On: "dynamodb:PutItem", Times: 1, Do: effect})
		_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: s("items"), Item: pk(name), ConditionExpression: s("attribute_not_exists(pk)")})
		var unsent *http.RequestSendError
		if !errors.As(err, &unsent) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if get(t, c, "items", pk("never")) != nil || get(t, c, "items", pk("made")) == nil {
		t.Error("Drop took effect, or Drop{Done} did not")
	}
	// A client that retries finds its own write.
	var failed *types.ConditionalCheckFailedException
	_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: s("items"), Item: pk("made"), ConditionExpression: s("attribute_not_exists(pk)"), ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if !errors.As(err, &failed) {
		t.Fatalf("%v", err)
	}
	sameItem(t, "found", failed.Item, pk("made"))

	w.Inject(localaws.Fault{On: "dynamodb:PutItem", Times: 1, Do: localaws.Hang{Done: true}})
	ctx, cancel := context.WithCancel(t.Context())
	w.OnCall(func(wire.Call) { cancel() })
	if _, err := c.PutItem(ctx, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("hung")}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestOneOfManyWritersWins lets writers claim items with each kind of write.
func TestOneOfManyWritersWins(t *testing.T) {
	const writers, rounds = 8, 20
	w, over := tables(t)
	for name, c := range map[string]*dynamodb.Client{"HTTP": over, "in-process": dynamodb.NewFromConfig(w.Config("us-east-1", account))} {
		t.Run(name, func(t *testing.T) {
			for round := range rounds {
				key := pk(fmt.Sprintf("%s %d", name, round))
				claims := map[string]func(writer int) error{
					"put": func(writer int) error {
						_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
							TableName: s("items"), Item: item{"pk": key["pk"], "writer": num1(writer)}, ConditionExpression: s("attribute_not_exists(pk)"),
						})
						return err
					},
					"update": func(writer int) error {
						_, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
							TableName: s("items"), Key: key, UpdateExpression: s("SET writer = :w, claimed = :w"), ConditionExpression: s("attribute_not_exists(claimed)"),
							ExpressionAttributeValues: item{":w": num1(writer)},
						})
						return err
					},
					"delete": func(int) error {
						_, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: s("items"), Key: key, ConditionExpression: s("attribute_exists(pk)")})
						return err
					},
				}
				for _, kind := range []string{"put", "update", "delete"} {
					var won, lost atomic.Int64
					var wg sync.WaitGroup
					for writer := range writers {
						wg.Go(func() {
							var failed *types.ConditionalCheckFailedException
							switch err := claims[kind](writer); {
							case err == nil:
								won.Add(1)
							case errors.As(err, &failed):
								lost.Add(1)
							default:
								t.Error(err)
							}
						})
					}
					wg.Wait()
					if won.Load() != 1 || lost.Load() != writers-1 {
						t.Errorf("%s: %d won, %d lost", kind, won.Load(), lost.Load())
					}
				}
			}
		})
	}
}

// TestManyReadersAndWriters finds data races and lost updates.
func TestManyReadersAndWriters(t *testing.T) {
	const workers, each = 8, 30
	w, _ := tables(t)
	c := dynamodb.NewFromConfig(w.Config("us-east-1", account))
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() {
			for j := range each {
				_, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
					TableName: s("items"), Key: pk("counter"), UpdateExpression: s("ADD n :one SET lst = list_append(if_not_exists(lst, :none), :l)"),
					ExpressionAttributeValues: item{":one": num1(1), ":none": numbers(), ":l": numbers(i*each + j)}, ReturnValues: types.ReturnValueAllNew,
				})
				if err != nil {
					t.Error(err)
				}
				if _, err := c.Scan(t.Context(), &dynamodb.ScanInput{TableName: s("items"), FilterExpression: s("n > :one"), ExpressionAttributeValues: item{":one": num1(1)}}); err != nil {
					t.Error(err)
				}
				get(t, c, "items", pk("counter"))
				put(t, c, "items", pk(fmt.Sprint(i, j)))
			}
			w.DynamoDB.Expire(start)
			w.DynamoDB.Items("arn:aws:dynamodb:us-east-1:123456789012:table/items")
		})
	}
	wg.Wait()
	got := get(t, c, "items", pk("counter"))
	if n := got["n"].(*num).Value; n != fmt.Sprint(workers*each) || len(got["lst"].(*list).Value) != workers*each {
		t.Errorf("counted to %s", n)
	}
}

// TestEndpointsOfDynamoDB configures the SDK's endpoint in each supported way.
func TestEndpointsOfDynamoDB(t *testing.T) {
	w, _ := tables(t)
	for name, config := range map[string]aws.Config{"HTTP": w.config, "in-process": w.Config("us-east-1", account)} {
		config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: account, SecretAccessKey: "local", AccountID: account}, nil
		})
		c := dynamodb.NewFromConfig(config, func(o *dynamodb.Options) {
			o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryEnabled
			o.AccountIDEndpointMode = aws.AccountIDEndpointModeRequired
		})
		put(t, c, "items", pk(name))
		if get(t, c, "items", pk(name)) == nil {
			t.Errorf("%s: not stored", name)
		}
	}
}
