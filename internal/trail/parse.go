package trail

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/principal"
)

// Raw is a CloudTrail record that has been read but not yet understood: what all
// records have in common, and the parameters and the answer of the call as they came.
// It exists for those who need more of a record than its subject.
type Raw struct {
	Record
	// Request and Response are requestParameters and responseElements, nil where the
	// record has none. Policy documents in the response are percent-encoded.
	Request  json.RawMessage
	Response json.RawMessage
	// Event is the record itself, nil for an EventBridge event without one.
	Event *EventRecord

	// in is "detail." for a record in an envelope, for messages.
	in string
	// eventTime is what stood there, since Time is zero when it could not be read.
	eventTime string
	// foreign is set for EventBridge events without a CloudTrail record, and drift for those of
	// them that tell of a stack.
	foreign bool
	drift   *StackDrift
	// Corrects is set for an addendum that corrects an event, and has its id.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
	Corrects bool
}

// Parse says what one EventBridge event, or one bare CloudTrail record, may have
// changed. Calls that are neither in [Watched] nor of [ControlServices], and calls that
// failed, are no error: their subject is [Unwatched].
//
// The error of a message that cannot be used is of class [errclass.BadInput] and begins
// with the name of the field, as "detail.requestParameters.roleName: missing".
func Parse(data []byte) (Change, error) {
	raw, err := Read(data)
	if err != nil {
		return Change{}, err
	}
	return raw.Change()
}

// Read reads one EventBridge event or one bare CloudTrail record, of whatever call. It
// asks of the record no more than that it names its call; the rest is asked of those
// calls that matter, by [Raw.Change]. Its errors are as those of [Parse].
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

// Change says what the record may have changed. Its errors are as those of [Parse].
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
	// A refused call changed nothing, and has no parameters when access was denied.
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

// decoder is what reads the rest of the record, if that matters.
func (r Raw) decoder() (decoder, bool) {
	if d, ok := calls.find(r.Source, r.Name); ok {
		return d, ok
	}
	return controlled, controlPlaces[r.Source] != nil
}

// check asks for what a verdict and a finding cannot do without.
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

// insight is the eventType of records about unusual numbers of calls. They are in the
// folders of a trail beside its other records, and name no call of their own.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
const insight = "AwsCloudTrailInsight"

// read takes the common part out of the message.
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

// foreign makes a record of an EventBridge event of another sort. All but those that tell of a
// stack are passed over, by name.
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

// missing and bad make the errors about a field of the record.
func (r Raw) missing(field string) error { return r.bad(field, "missing") }

func (r Raw) bad(field, format string, args ...any) error {
	return errclass.New(errclass.BadInput, r.in+field+": "+format, args...)
}

func isSyntax(err error) bool {
	var e *json.SyntaxError
	return errors.As(err, &e)
}

// notRead says in the record's own terms what encoding/json did not like.
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

// present is nil for a JSON null.
func present(raw json.RawMessage) json.RawMessage {
	if bytes.Equal(raw, []byte("null")) {
		return nil
	}
	return raw
}

// first is the first text that is not empty.
func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// Watched reports whether the record is of a call on IAM or IAM Identity Center after
// which something may be outside its boundary, whether or not the rest can be read.
func (r Raw) Watched() bool {
	_, ok := calls.find(r.Source, r.Name)
	return ok && !r.foreign && !r.Failed() && principal.IsAccount(r.Account)
}
