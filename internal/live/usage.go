package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ringfence/ringfence/internal/awserr"
)

// Use is one service, and when a principal last used it; zero if it did not.
type Use struct {
	Service string
	Last    time.Time
}

// atOnce is how many reports IAM prepares at a time, and patience how long to wait for one.
const (
	atOnce   = 8
	patience = 2 * time.Minute
)

// Usage asks IAM which services each principal used, and when, and passes each answer to take,
// one at a time. It returns the first error; the others are asked anyway.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
func Usage(ctx context.Context, client *iam.Client, arns []string, take func(arn string, uses []Use)) error {
	var mu sync.Mutex
	var group sync.WaitGroup
	var first error
	turns := make(chan struct{}, atOnce)
	for _, arn := range arns {
		turns <- struct{}{}
		group.Go(func() {
			defer func() { <-turns }()
			uses, err := usage(ctx, client, arn)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				if first == nil {
					first = err
				}
				return
			}
			take(arn, uses)
		})
	}
	group.Wait()
	return first
}

func usage(ctx context.Context, client *iam.Client, arn string) ([]Use, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	job, err := client.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: &arn})
	if err != nil {
		return nil, explain(awserr.Wrap(err, "asking what %s used", arn), "iam:GenerateServiceLastAccessedDetails")
	}
	in := &iam.GetServiceLastAccessedDetailsInput{JobId: job.JobId}
	var uses []Use
	for wait := 200 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		out, err := client.GetServiceLastAccessedDetails(ctx, in)
		if err != nil {
			return nil, explain(awserr.Wrap(err, "asking what %s used", arn), "iam:GetServiceLastAccessedDetails")
		}
		switch out.JobStatus {
		case types.JobStatusTypeFailed:
			return nil, fmt.Errorf("asking what %s used: the job in IAM failed", arn)
		case types.JobStatusTypeCompleted:
			for _, s := range out.ServicesLastAccessed {
				uses = append(uses, Use{Service: aws.ToString(s.ServiceNamespace), Last: aws.ToTime(s.LastAuthenticated)})
			}
			if !out.IsTruncated {
				return uses, nil
			}
			in.Marker = out.Marker
			continue
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("asking what %s used: the job in IAM does not finish", arn), context.Cause(ctx))
		case <-time.After(wait):
		}
	}
}
