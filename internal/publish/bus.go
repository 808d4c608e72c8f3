package publish

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/finding"
)

type eventsAPI interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// putEvent sends a finding to the bus, in the form that as gives it. PutEvents answers 200 also
// where it took nothing,
// and says so for each entry.
//
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
func (n *Notifier) putEvent(ctx context.Context, f finding.Finding, as func(finding.Finding) (types.PutEventsRequestEntry, error)) error {
	entry, err := as(f)
	if err != nil {
		return errclass.New(errclass.Refused, "putting finding %s on bus %s: %w", f.ID, n.target.Bus, err)
	}
	entry.EventBusName = &n.target.Bus
	out, err := n.bus.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry}})
	if err != nil {
		return awserr.Wrap(err, "putting finding %s on bus %s", f.ID, n.target.Bus)
	}
	if out == nil {
		return errclass.New(errclass.Unknown, "putting finding %s on bus %s: no answer", f.ID, n.target.Bus)
	}
	for _, result := range out.Entries {
		if result.ErrorCode != nil {
			return awserr.FromCode(*result.ErrorCode, aws.ToString(result.ErrorMessage), "putting finding %s on bus %s", f.ID, n.target.Bus)
		}
	}
	if out.FailedEntryCount != 0 {
		return errclass.New(errclass.Unknown, "putting finding %s on bus %s: it was not taken, without a reason", f.ID, n.target.Bus)
	}
	return nil
}

// event is a finding as EventBridge wants it, but for the bus. The principal and the
// boundary policy are its resources, so that rules can match by their ARNs.
func event(f finding.Finding) (types.PutEventsRequestEntry, error) {
	return eventOf(f, finding.DetailType, func(f finding.Finding) ([]byte, error) { return json.Marshal(f) })
}

// ocsfEvent is the same in the format of OCSF.
func ocsfEvent(f finding.Finding) (types.PutEventsRequestEntry, error) {
	return eventOf(f, ocsfDetailType, func(f finding.Finding) ([]byte, error) { return json.Marshal(ocsfOf(f)) })
}

func eventOf(f finding.Finding, detailType string, encode func(finding.Finding) ([]byte, error)) (types.PutEventsRequestEntry, error) {
	detail, err := fit(f, encode)
	if err != nil {
		return types.PutEventsRequestEntry{}, err
	}
	return types.PutEventsRequestEntry{
		Source:     aws.String(finding.Source),
		DetailType: aws.String(detailType),
		Detail:     aws.String(string(detail)),
		Time:       aws.Time(f.Time),
		Resources:  clipped(resources(f), 2048),
	}, nil
}

// resources are the ARNs of what a finding is about.
func resources(f finding.Finding) []string {
	var arns []string
	if f.Principal != nil {
		arns = append(arns, f.Principal.ARN)
	}
	if f.Required != "" {
		arns = append(arns, f.Required)
	}
	return arns
}

func clipped(texts []string, most int) []string {
	for i, s := range texts {
		texts[i] = clip(s, most)
	}
	return texts
}
