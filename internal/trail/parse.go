package trail

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Raw is a CloudTrail record that is read but not interpreted: the part that all records share, and the
// parameters and the response of the call as text. It is for callers that need more than the subject.
type Raw struct {
	Record
	// Request and Response are requestParameters and responseElements, or nil if the record has none. Policy
	// documents in the response are percent-encoded.
	Request  json.RawMessage
	Response json.RawMessage
	// Event is the record itself, or nil for an EventBridge event without one.
	Event *EventRecord

	// in is "detail." for a record in an envelope, for messages.
	in string
	// eventTime is the original text. Time is zero if it cannot be parsed.
	eventTime string
	// foreign is set for EventBridge events without a CloudTrail record. drift is set for those of them that
	// report stack drift.
	foreign bool
	drift   *StackDrift
	// Corrects is the id of the event that an addendum corrects.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
	Corrects bool
}

// Parse returns what one EventBridge event, or one bare CloudTrail record, may have changed. Calls that are
// neither in [Watched] nor of [ControlServices], and calls that failed, are not errors: their subject is
// [Unwatched].
//
// The error of an unusable message has class [errclass.BadInput] and begins with the name of the field, such
// as "detail.requestParameters.roleName: missing".
func Parse(data []byte) (Change, error) {
	raw, err := Read(data)
	if err != nil {
		return Change{}, err
	}
	return raw.Change()
}

// Read reads one EventBridge event or one bare CloudTrail record of any call. It only requires that the record
// names its call. [Raw.Change] requires the rest of the calls that matter. Its errors are like those of
// [Parse].
func Read(data []byte) (Raw, error) {
	var m message
	err := json.Unmarshal(data, &m)
	if m.isEnvelope() && !cloudTrail(m.DetailType) && !isSyntax(err) {
		return foreign(data)
	}
	if err != nil {
		return Raw{}, notRead(err)
	}
	return m.read()
}

// Change returns what the record may have changed. Its errors are like those of [Parse].
func (r Raw) Change() (Change, error) {
	c := Change{Record: r.Record, Subject: Unwatched{}}
	if r.drift != nil {
		if err := r.check(); err != nil {
			return Change{}, err
		}
		c.Subject = *r.drift
		return c, nil
	}
	decode, watched := r.decoder()
	// A failed call changed nothing, and has no parameters if access was denied.
	if !watched || r.foreign || r.Failed() {
		return c, nil
	}
	if err := r.check(); err != nil {
		return Change{}, err
	}
	c.Actor = r.Event.UserIdentity.inSession(c.Actor)
	subject, err := decode(r)
	if errors.Is(err, errWithheld) {
		subject, err = Withheld{}, nil
	}
	if err != nil {
		return Change{}, err
	}
	c.Subject = subject
	return c, nil
}

// decoder returns the decoder for the rest of the record, if it matters.
func (r Raw) decoder() (decoder, bool) {
	if d, ok := calls.find(r.Source, r.Name); ok {
		return d, ok
	}
	return controlled, controlPlaces[r.Source] != nil
}

// check requires the fields that verdicts and findings need.
func (r Raw) check() error {
	switch {
	case r.EventID == "":
		return r.missing("eventID")
	case r.eventTime == "":
		return r.missing("eventTime")
	case r.Time.IsZero():
		return r.bad("eventTime", "%q is not a time", r.eventTime)
	case r.Account == "":
		return r.missing("recipientAccountId")
	case !principal.IsAccount(r.Account):
		return r.bad("recipientAccountId", "%q is not 12 digits", r.Account)
	case r.Region == "":
		return r.missing("awsRegion")
	}
	return nil
}

// insight is the eventType of CloudTrail Insights events. They are in their own folders of a trail and are
// about no single call.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
const insight = "AwsCloudTrailInsight"

// read reads the common part of the message.
func (m *message) read() (Raw, error) {
	rec, in, account, region := &m.EventRecord, "", "", ""
	if m.isEnvelope() {
		if m.Detail == nil {
			return Raw{}, errclass.New(errclass.BadInput, "detail: missing")
		}
		rec, in, account, region = m.Detail, "detail.", string(m.Account), string(m.Region)
	}
	r := Raw{
		Request:   present(rec.RequestParameters),
		Response:  present(rec.ResponseElements),
		Event:     rec,
		in:        in,
		eventTime: rec.EventTime,
		Corrects:  rec.Addendum.OriginalEventID != "",
		Record: Record{
			EventID:   first(rec.Addendum.OriginalEventID, rec.EventID),
			Source:    rec.EventSource,
			Name:      rec.EventName,
			Time:      parseTime(rec.EventTime),
			Region:    first(rec.AWSRegion, region),
			Account:   first(rec.RecipientAccountID, account, rec.UserIdentity.AccountID),
			Actor:     rec.actor(),
			ErrorCode: rec.ErrorCode,
		},
	}
	r.Partition = partitionOf(r.Region)
	if rec.EventType == insight && r.Name == "" {
		r.Source, r.Name = "cloudtrail.amazonaws.com", insight
	}
	if r.Source == "" {
		return Raw{}, r.missing("eventSource")
	}
	if r.Name == "" {
		return Raw{}, r.missing("eventName")
	}
	return r, nil
}

// foreign makes a record of an EventBridge event of another type. All but stack drift is ignored, by name.
func foreign(data []byte) (Raw, error) {
	var o other
	if err := json.Unmarshal(data, &o); err != nil {
		return Raw{}, notRead(err)
	}
	r := Raw{foreign: true, drift: o.drift(), eventTime: string(o.Time), Record: Record{
		EventID:   string(o.ID),
		Source:    string(o.Source),
		Name:      string(o.DetailType),
		Time:      parseTime(string(o.Time)),
		Region:    string(o.Region),
		Account:   string(o.Account),
		Partition: partitionOf(string(o.Region)),
	}}
	if r.drift != nil {
		r.EventID = r.drift.eventID(r.Time)
	}
	return r, nil
}

// missing and bad make errors about a field of the record.
func (r Raw) missing(field string) error { return r.bad(field, "missing") }

func (r Raw) bad(field, format string, args ...any) error {
	return errclass.New(errclass.BadInput, r.in+field+": "+format, args...)
}

func isSyntax(err error) bool {
	var e *json.SyntaxError
	return errors.As(err, &e)
}

// notRead rewrites an error of encoding/json in terms of the record.
func notRead(err error) error {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind) && kind.Field == "":
		return errclass.New(errclass.BadInput, "a JSON %s, where an EventBridge event or a CloudTrail record is expected", kind.Value)
	case errors.As(err, &kind):
		field := strings.TrimPrefix(kind.Field, "EventRecord.")
		return errclass.New(errclass.BadInput, "%s: a JSON %s, where another type is expected", field, kind.Value)
	case errors.As(err, &syntax):
		return errclass.New(errclass.BadInput, "not JSON, at byte %d: %w", syntax.Offset, err)
	}
	return errclass.New(errclass.BadInput, "not read: %w", err)
}

// present returns nil for a JSON null.
func present(raw json.RawMessage) json.RawMessage {
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	return raw
}

// first returns the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// Watched reports whether the record is of a call on IAM or IAM Identity Center after which something may be
// outside its boundary. It does not matter whether the rest can be read.
func (r Raw) Watched() bool {
	_, ok := calls.find(r.Source, r.Name)
	return ok && !r.foreign && !r.Failed() && principal.IsAccount(r.Account)
}
