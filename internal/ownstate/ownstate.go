// Package ownstate reads the current state of the parts of Ringfence that package ownparts
// compares with the template. It makes as few calls as possible, and writes nothing.
package ownstate

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ownparts"
)

// Reader reads the parts of a stack.
type Reader struct {
	Parts    []ownparts.Part
	SQS      *sqs.Client
	SNS      *sns.Client
	DynamoDB *dynamodb.Client
	KMS      *kms.Client
	Lambda   *lambda.Client
}

// Differences returns the parts that differ from the template. unread says why others could not
// be read: nothing is known about these.
func (r *Reader) Differences(ctx context.Context) (differ []ownparts.Difference, unread []error) {
	for _, p := range r.Parts {
		facts, err := r.facts(ctx, p)
		properties := []string{ownparts.Missing}
		switch {
		case err != nil && !slices.Contains(missing, errclass.CodeOf(err)):
			unread = append(unread, err)
			continue
		case err == nil:
			properties = p.Differs(facts)
		}
		if len(properties) > 0 {
			differ = append(differ, ownparts.Difference{ARN: p.ARN, Properties: properties})
		}
	}
	return differ, unread
}

// missing are the codes by which AWS says that a part does not exist. Each service has its own.
var missing = []string{
	"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "NotFound", "NotFoundException", "ResourceNotFoundException",
}

func (r *Reader) facts(ctx context.Context, p ownparts.Part) (ownparts.Facts, error) {
	var facts ownparts.Facts
	var err error
	switch p.Kind {
	case ownparts.Queue:
		facts, err = r.queue(ctx, p.ARN)
	case ownparts.Topic:
		facts, err = r.topic(ctx, p.ARN)
	case ownparts.Table:
		facts, err = r.table(ctx, p.ARN)
	case ownparts.Key:
		facts, err = r.key(ctx, p.ARN)
	case ownparts.Function:
		facts, err = r.function(ctx, p.ARN)
	default:
		return nil, errclass.New(errclass.BadInput, "%s: %q is not a kind of part", p.ARN, p.Kind)
	}
	return facts, awserr.Wrap(err, "%s of %s", operation(err), p.ARN)
}

// operation returns the call that failed. Its name is also that of the missing permission.
func operation(err error) string {
	var of *smithy.OperationError
	if errors.As(err, &of) {
		return of.Operation()
	}
	return "reading"
}
