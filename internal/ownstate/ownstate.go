// Package ownstate reads what the parts of Ringfence are like that package ownparts compares
// with the template. It reads with the least calls that there are, and writes nothing.
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

// Differ are the parts that are not as the template has them. Unread says why others could not
// be read: of these nothing is known.
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

// missing are the codes by which AWS says that there is no such part. Each service has its own.
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
		return nil, errclass.New(errclass.BadInput, "%s: %q is no kind of part", p.ARN, p.Kind)
	}
	return facts, awserr.Wrap(err, "%s of %s", operation(err), p.ARN)
}

// operation is the call that failed, which is the permission too where that is what is missing.
func operation(err error) string {
	var of *smithy.OperationError
	if errors.As(err, &of) {
		return of.Operation()
	}
	return "reading"
}
