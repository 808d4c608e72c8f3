package events

import (
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// Limits of PutEvents.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const (
	maxEntries = 10
	maxSize    = 256 << 10
)

// putEvents answers each entry separately; an invalid entry does not stop the others.
func (c Call) putEvents(in *eventbridge.PutEventsInput) (*eventbridge.PutEventsOutput, error) {
	if n := len(in.Entries); n < 1 || n > maxEntries {
		return nil, validation("1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and %d", maxEntries)
	}
	total := 0
	for _, e := range in.Entries {
		total += entrySize(e)
	}
	if total > maxSize {
		return nil, validation("Total size of the entries in the request is over the limit.")
	}
	out := &eventbridge.PutEventsOutput{Entries: []types.PutEventsResultEntry{}}
	for _, e := range in.Entries {
		result := c.putEvent(e)
		if result.ErrorCode != nil {
			out.FailedEntryCount++
		}
		out.Entries = append(out.Entries, result)
	}
	return out, nil
}

// entrySize returns an entry's size in bytes as PutEvents counts it.
func entrySize(e types.PutEventsRequestEntry) int {
	n := len(aws.ToString(e.Source)) + len(aws.ToString(e.DetailType)) + len(aws.ToString(e.Detail))
	if e.Time != nil {
		n += 14
	}
	for _, r := range e.Resources {
		n += len(r)
	}
	return n
}

func (c Call) putEvent(e types.PutEventsRequestEntry) types.PutEventsResultEntry {
	refuse := func(code, message string) types.PutEventsResultEntry {
		return types.PutEventsResultEntry{ErrorCode: aws.String(code), ErrorMessage: aws.String(message)}
	}
	var detail map[string]any
	switch {
	case aws.ToString(e.Source) == "":
		return refuse("InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.")
	case strings.HasPrefix(*e.Source, "aws."):
		return refuse("NotAuthorizedForSourceException", "Not authorized for the source.")
	case aws.ToString(e.DetailType) == "":
		return refuse("InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.")
	case aws.ToString(e.Detail) == "":
		return refuse("InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.")
	case json.Unmarshal([]byte(*e.Detail), &detail) != nil || detail == nil:
		return refuse("MalformedDetail", "Detail is malformed.")
	}
	event := Event{
		Version: "0", ID: c.ids.UUID("put"), DetailType: *e.DetailType, Source: *e.Source, Account: c.Account,
		Time: Timestamp(c.Time), Region: c.Region, Resources: append([]string{}, e.Resources...), Detail: json.RawMessage(*e.Detail),
	}
	if e.Time != nil {
		event.Time = Timestamp(*e.Time)
	}
	c.mu.Lock()
	b, err := c.bus(e.EventBusName)
	if err == nil {
		c.put = append(c.put, event)
	}
	c.mu.Unlock()
	if err == nil {
		c.Deliver(b.arn, event)
	}
	// An event for a bus that does not exist is accepted and dropped, as in AWS.
	return types.PutEventsResultEntry{EventId: aws.String(event.ID)}
}
