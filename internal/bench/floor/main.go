// Command floor is what the benchmark compares the function with: the minimum of a Go function on
// Lambda that makes the same AWS calls. It decides nothing, checks only errors, and logs nothing.
//
// It follows two plans of calls from its environment, one for its first event and one for later
// events, and makes its clients as the function does.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/bench/calls"
)

func main() {
	f, err := newFloor(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
	lambda.Start(f.handle)
}

type floor struct {
	iam      *iam.Client
	dynamodb *dynamodb.Client
	sqs      *sqs.Client

	boundary, table, queue string
	first, next            calls.Plan
	events                 int
}

func newFloor(getenv func(string) string) (*floor, error) {
	cfg := aws.Config{
		Region:       getenv("AWS_REGION"),
		Credentials:  credentials.NewStaticCredentialsProvider(getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), ""),
		HTTPClient:   awserr.NewHTTPClient(),
		Retryer:      func() aws.Retryer { return awserr.NewRetryer() },
		BaseEndpoint: aws.String(getenv("AWS_ENDPOINT_URL")),
	}
	f := &floor{
		iam: iam.NewFromConfig(cfg), dynamodb: dynamodb.NewFromConfig(cfg), sqs: sqs.NewFromConfig(cfg),
		boundary: getenv("RINGFENCE_BOUNDARY_ARN"),
		table:    getenv("RINGFENCE_LEDGER_TABLE"),
		queue:    getenv("RINGFENCE_REPORT_QUEUE_URL"),
	}
	var err error
	if f.first, err = calls.Parse(getenv("FLOOR_FIRST")); err == nil {
		f.next, err = calls.Parse(getenv("FLOOR_NEXT"))
	}
	return f, err
}

// batch has the needed members of SQS's event.
type batch struct {
	Records []struct {
		Body string `json:"body"`
	} `json:"Records"`
}

// event has the needed members of an EventBridge event.
type event struct {
	Detail struct {
		RequestParameters struct {
			RoleName string `json:"roleName"`
		} `json:"requestParameters"`
	} `json:"detail"`
}

type response struct {
	Failures []string `json:"batchItemFailures"`
}

func (f *floor) handle(ctx context.Context, input json.RawMessage) (response, error) {
	var b batch
	if err := json.Unmarshal(input, &b); err != nil {
		return response{}, err
	}
	for _, m := range b.Records {
		var e event
		if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
			return response{}, err
		}
		plan := f.next
		if f.events == 0 {
			plan = f.first
		}
		f.events++
		if err := f.follow(ctx, plan, e.Detail.RequestParameters.RoleName); err != nil {
			return response{}, err
		}
	}
	return response{Failures: []string{}}, nil
}
