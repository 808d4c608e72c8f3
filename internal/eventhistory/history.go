// Package eventhistory asks CloudTrail for the recent calls on a principal.
//
// CloudTrail's event history is minutes late and allows two requests a second. So it only adds
// context to a report after a repair, and decisions never use it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
package eventhistory

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"golang.org/x/time/rate"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// History reads CloudTrail's event history of one account and region.
type History struct {
	api    cloudTrailAPI
	budget *rate.Limiter
}

type cloudTrailAPI interface {
	LookupEvents(context.Context, *cloudtrail.LookupEventsInput, ...func(*cloudtrail.Options)) (*cloudtrail.LookupEventsOutput, error)
}

// New returns a history that uses a [cloudtrail.Client] in the Region where IAM's events are
// recorded.
func New(api cloudTrailAPI) *History { return &History{api, rate.NewLimiter(perSecond, 1)} }

// Unpaced returns the same history without a rate limit, for an AWS without other users, as in
// a replay.
func (h *History) Unpaced() *History { return &History{h.api, rate.NewLimiter(rate.Inf, 1)} }

// perSecond limits this process: half of what AWS allows in an account and Region, so that
// people can use the rest.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const perSecond = 1

const (
	// pages limits the cost of one query: 50 events each.
	pages = 2
	// queryTimeout limits its time.
	queryTimeout = 3 * time.Second
)

// Calls returns the calls that named a principal, from a time on, latest first: at most the
// latest hundred. Unreadable records are skipped.
func (h *History) Calls(ctx context.Context, ref principal.Ref, since time.Time) ([]trail.Raw, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	in := &cloudtrail.LookupEventsInput{
		StartTime:        aws.Time(since),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyResourceName, AttributeValue: aws.String(ref.Name)}},
	}
	var calls []trail.Raw
	for range pages {
		if err := h.budget.Wait(ctx); err != nil {
			return nil, errclass.New(errclass.Retryable, "looking up recent calls on %s: the event history is limited to one request a second: %w", ref, err)
		}
		out, err := h.api.LookupEvents(ctx, in)
		if err != nil {
			return nil, awserr.Wrap(err, "looking up recent calls on %s", ref)
		}
		for _, e := range out.Events {
			if raw, err := trail.Read([]byte(aws.ToString(e.CloudTrailEvent))); err == nil {
				calls = append(calls, raw)
			}
		}
		if out.NextToken == nil {
			break
		}
		in.NextToken = out.NextToken
	}
	return calls, nil
}
