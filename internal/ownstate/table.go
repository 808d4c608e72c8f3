package ownstate

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/ownparts"
)

func (r *Reader) table(ctx context.Context, arn string) (ownparts.Facts, error) {
	out, err := r.DynamoDB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &arn})
	if err != nil {
		return nil, err
	}
	ttl, err := r.DynamoDB.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: &arn})
	if err != nil {
		return nil, err
	}
	backups, err := r.DynamoDB.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &arn})
	if err != nil {
		return nil, err
	}
	policy, err := r.DynamoDB.GetResourcePolicy(ctx, &dynamodb.GetResourcePolicyInput{ResourceArn: &arn})
	var none *types.PolicyNotFoundException
	if errors.As(err, &none) {
		policy, err = &dynamodb.GetResourcePolicyOutput{}, nil
	}
	if err != nil {
		return nil, err
	}
	return ownparts.TableFacts(billing(out.Table), key(out.Table), expires(ttl.TimeToLiveDescription), aws.ToString(policy.Policy),
		aws.ToBool(out.Table.DeletionProtectionEnabled), backedUp(backups.ContinuousBackupsDescription)), nil
}

// billing returns the billing mode of a table. A table that was always provisioned has no
// summary.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
func billing(t *types.TableDescription) string {
	if t.BillingModeSummary == nil {
		return string(types.BillingModeProvisioned)
	}
	return string(t.BillingModeSummary.BillingMode)
}

// key returns the key that a table is encrypted with; empty for DynamoDB's own key.
func key(t *types.TableDescription) string {
	if t.SSEDescription == nil || t.SSEDescription.Status == types.SSEStatusDisabled {
		return ""
	}
	return aws.ToString(t.SSEDescription.KMSMasterKeyArn)
}

func expires(d *types.TimeToLiveDescription) string {
	if d == nil || d.TimeToLiveStatus != types.TimeToLiveStatusEnabled && d.TimeToLiveStatus != types.TimeToLiveStatusEnabling {
		return ""
	}
	return aws.ToString(d.AttributeName)
}

func backedUp(d *types.ContinuousBackupsDescription) bool {
	return d != nil && d.PointInTimeRecoveryDescription != nil &&
		d.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus == types.PointInTimeRecoveryStatusEnabled
}
