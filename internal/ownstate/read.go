package ownstate

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/ownparts"
)

func (r *Reader) queue(ctx context.Context, arn string) (ownparts.Facts, error) {
	out, err := r.SQS.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String(url(arn)), AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		return nil, err
	}
	return ownparts.QueueFacts(out.Attributes), nil
}

// url returns the URL of a queue of the stack.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html
func url(arn string) string {
	f := strings.SplitN(arn, ":", 6)
	suffix := "amazonaws.com"
	if f[1] == "aws-cn" {
		suffix += ".cn"
	}
	return fmt.Sprintf("https://sqs.%s.%s/%s/%s", f[3], suffix, f[4], f[5])
}

func (r *Reader) topic(ctx context.Context, arn string) (ownparts.Facts, error) {
	out, err := r.SNS.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &arn})
	if err != nil {
		return nil, err
	}
	return ownparts.TopicFacts(out.Attributes), nil
}

// key does not ask for the rotation of a key that cannot be used: KMS does not rotate it, and
// its state is the finding.
// https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
func (r *Reader) key(ctx context.Context, arn string) (ownparts.Facts, error) {
	described, err := r.KMS.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &arn})
	if err != nil {
		return nil, err
	}
	policy, err := r.KMS.GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: &arn})
	if err != nil {
		return nil, err
	}
	state := string(described.KeyMetadata.KeyState)
	if !described.KeyMetadata.Enabled {
		return ownparts.KeyFacts(state, aws.ToString(policy.Policy), true), nil
	}
	rotation, err := r.KMS.GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: &arn})
	if err != nil {
		return nil, err
	}
	return ownparts.KeyFacts(state, aws.ToString(policy.Policy), rotation.KeyRotationEnabled), nil
}

// function reads the event source mappings of a function.
func (r *Reader) function(ctx context.Context, arn string) (ownparts.Facts, error) {
	var all []ownparts.Mapping
	pages := lambda.NewListEventSourceMappingsPaginator(r.Lambda, &lambda.ListEventSourceMappingsInput{FunctionName: &arn})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, m := range page.EventSourceMappings {
			one := ownparts.Mapping{Source: aws.ToString(m.EventSourceArn), State: aws.ToString(m.State), Batch: int(aws.ToInt32(m.BatchSize))}
			if m.ScalingConfig != nil {
				one.Most = int(aws.ToInt32(m.ScalingConfig.MaximumConcurrency))
			}
			for _, t := range m.FunctionResponseTypes {
				one.Responses = append(one.Responses, string(t))
			}
			one.Filtered = m.FilterCriteria != nil && len(m.FilterCriteria.Filters) > 0
			all = append(all, one)
		}
	}
	return ownparts.FunctionFacts(all), nil
}
