package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// awsConfig loads the credentials that the AWS CLI would use, with more retries than the
// default. The default region is us-east-1. The error for missing credentials suggests
// alternative, a way that needs none.
func awsConfig(ctx context.Context, profile, region, alternative string) (aws.Config, error) {
	options := []func(*config.LoadOptions) error{config.WithRetryMaxAttempts(8), config.WithRetryMode(aws.RetryModeAdaptive)}
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	if region != "" {
		options = append(options, config.WithRegion(region))
	}
	loaded, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return loaded, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	loaded.Region = cmp.Or(loaded.Region, "us-east-1")
	if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
		return loaded, fmt.Errorf("no AWS credentials (give --profile, run aws sso login, or %s): %w", alternative, err)
	}
	return loaded, nil
}
