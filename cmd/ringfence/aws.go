package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// awsConfig is AWS with the credentials that the AWS CLI would use, asked patiently. Without a
// region it is us-east-1. Otherwise says what people may do who have no credentials.
func awsConfig(ctx context.Context, profile, region, otherwise string) (aws.Config, error) {
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
		return loaded, fmt.Errorf("no AWS credentials (give --profile, run aws sso login, or %s): %w", otherwise, err)
	}
	return loaded, nil
}
