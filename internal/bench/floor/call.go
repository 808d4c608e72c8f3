package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ringfence/ringfence/internal/bench/calls"
)

// frame is the approximate size of a request's body without its data.
const frame = 90

// call makes one call. It writes as many bytes as the function.
func (f *floor) call(ctx context.Context, c calls.Call, role string) error {
	var err error
	data := strings.Repeat("x", max(c.Bytes-frame, 1))
	key := &types.AttributeValueMemberS{Value: role}
	switch c.Operation {
	case "GetRole":
		_, err = f.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: &role})
	case "GetPolicy":
		_, err = f.iam.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &f.boundary})
	case "GetPolicyVersion":
		_, err = f.iam.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &f.boundary, VersionId: aws.String("v1")})
	case "PutRolePermissionsBoundary":
		_, err = f.iam.PutRolePermissionsBoundary(ctx, &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &f.boundary})
	case "GetItem":
		_, err = f.dynamodb.GetItem(ctx, &dynamodb.GetItemInput{TableName: &f.table, Key: map[string]types.AttributeValue{"pk": key}})
	case "PutItem":
		_, err = f.dynamodb.PutItem(ctx, &dynamodb.PutItemInput{TableName: &f.table, Item: map[string]types.AttributeValue{
			"pk": key, "payload": &types.AttributeValueMemberS{Value: data},
		}})
	case "UpdateItem":
		_, err = f.dynamodb.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &f.table, Key: map[string]types.AttributeValue{"pk": key},
			UpdateExpression:          aws.String("SET payload = :payload"),
			ExpressionAttributeValues: map[string]types.AttributeValue{":payload": &types.AttributeValueMemberS{Value: data}},
		})
	case "SendMessage":
		_, err = f.sqs.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &f.queue, MessageBody: &data})
	case "SendMessageBatch":
		_, err = f.sqs.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &f.queue, Entries: []sqstypes.SendMessageBatchRequestEntry{
			{Id: aws.String("0"), MessageBody: &data},
		}})
	case "ChangeMessageVisibilityBatch":
		_, err = f.sqs.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &f.queue, Entries: []sqstypes.ChangeMessageVisibilityBatchRequestEntry{
			{Id: aws.String("0"), ReceiptHandle: &data, VisibilityTimeout: 60},
		}})
	default:
		err = fmt.Errorf("the floor cannot make the call %s: add it to internal/bench/floor", c.Operation)
	}
	return err
}
