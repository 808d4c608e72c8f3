// Package eventhistory asks CloudTrail what was done to a principal lately.
//
// CloudTrail's event history is late by minutes and answers two requests a second, so it
// serves to tell a story after a repair, and never to decide on one.
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

// New makes a history that asks through api, a [cloudtrail.Client] in the region where
// IAM's events are recorded.
func New(api cloudTrailAPI) *History { return &History{api, rate.NewLimiter(perSecond, 1)} }

// Unpaced is the same history asked as often as it is needed: that of an AWS which nobody
// else asks, as in a replay.
func (h *History) Unpaced() *History { return &History{h.api, rate.NewLimiter(rate.Inf, 1)} }

// perSecond is what this process asks at most: half of what AWS answers in an account and
// region, of which people need the rest.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const perSecond = 1

const (
	// pages bounds what one question may cost: of 50 events each.
	pages = 2
	// patience bounds how long it may take.
	patience = 3 * time.Second
)

// Calls gives the calls that named a principal, from a time on, latest first: at most
// the latest hundred. A record that cannot be read is left out.
func (h *History) Calls(ctx context.Context, ref principal.Ref, since time.Time) ([]trail.Raw, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	in := &cloudtrail.LookupEventsInput{
		StartTime:        aws.Time(since),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyResourceName, AttributeValue: aws.String(ref.Name)}},
	}
	var calls []trail.Raw
	for range pages {
		if err := h.budget.Wait(ctx); err != nil {
			return nil, errclass.New(errclass.Retryable, "looking up what was done to %s: the event history answers one question a second: %w", ref, err)
		}
		out, err := h.api.LookupEvents(ctx, in)
		if err != nil {
			return nil, awserr.Wrap(err, "looking up what was done to %s", ref)
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
