package trail

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// message is the input: EventBridge's envelope with the record in its detail, or the record itself. Both are
// read in one pass; [message.isEnvelope] distinguishes them.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
type message struct {
	DetailType Text         `json:"detail-type"`
	Account    Text         `json:"account"`
	Region     Text         `json:"region"`
	Detail     *EventRecord `json:"detail"`
	EventRecord
}

// Text is a text on which nothing depends: values of other types are ignored. The fields of the envelope are such
// texts, since a log shipper may have added fields with these names to a bare record.
type Text string

// UnmarshalJSON reads a JSON string and ignores anything else.
func (t *Text) UnmarshalJSON(data []byte) error {
	switch {
	case data[0] != '"':
		return nil
	case bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data):
		*t = Text(data[1 : len(data)-1])
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

// Flag is a boolean, which records also write as text.
type Flag bool

// UnmarshalJSON reads true and "true" and ignores anything else.
func (f *Flag) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true" || string(data) == `"true"`
	return nil
}

// Truth is "true" or "false", which some exports of records write as a boolean. It is empty for everything else.
type Truth string

// UnmarshalJSON reads either form.
func (t *Truth) UnmarshalJSON(data []byte) error {
	switch s := Truth(bytes.Trim(data, `"`)); s {
	case "true", "false":
		*t = s
	}
	return nil
}

// tagSet is the tags of something at its creation.
type tagSet map[string]string

// UnmarshalJSON reads a list of keys and values and ignores anything else.
func (t *tagSet) UnmarshalJSON(data []byte) error {
	var list []struct{ Key, Value Text }
	if err := json.Unmarshal(data, &list); err == nil {
		*t = make(tagSet, len(list))
		for _, tag := range list {
			(*t)[string(tag.Key)] = string(tag.Value)
		}
	}
	return nil
}

// other is an EventBridge event without a CloudTrail record.
type other struct {
	DetailType Text `json:"detail-type"`
	Source     Text `json:"source"`
	ID         Text `json:"id"`
	Account    Text `json:"account"`
	Region     Text `json:"region"`
	Time       Text `json:"time"`
	// Detail may be anything.
	Detail json.RawMessage `json:"detail"`
}

// EventRecord is a CloudTrail record as CloudTrail writes it, with its members in CloudTrail's order. It has the
// members that Ringfence reads or writes. All of them exist since version 1.0 of records. Members of later
// versions are ignored. [Read] interprets it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type EventRecord struct {
	EventVersion       Text            `json:"eventVersion"`
	UserIdentity       UserIdentity    `json:"userIdentity"`
	EventTime          string          `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	AWSRegion          string          `json:"awsRegion"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	ErrorCode          string          `json:"errorCode,omitempty"`
	ErrorMessage       Text            `json:"errorMessage,omitempty"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
	RequestID          Text            `json:"requestID"`
	EventID            string          `json:"eventID"`
	ReadOnly           Flag            `json:"readOnly"`
	Resources          json.RawMessage `json:"resources,omitempty"`
	EventType          string          `json:"eventType"`
	ManagementEvent    json.RawMessage `json:"managementEvent,omitempty"`
	RecipientAccountID string          `json:"recipientAccountId"`
	VPCEndpointID      Text            `json:"vpcEndpointId,omitempty"`
	Addendum           Addendum        `json:"addendum,omitzero"`
	EventCategory      Text            `json:"eventCategory"`
	TLSDetails         json.RawMessage `json:"tlsDetails,omitempty"`
}

// UserIdentity is the caller. Every field is optional.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
type UserIdentity struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	AccessKeyID Text   `json:"accessKeyId,omitempty"`
	UserName    string `json:"userName,omitempty"`
	// SessionContext is a [Session], kept as text since few callers need it.
	SessionContext json.RawMessage `json:"sessionContext,omitempty"`
	InvokedBy      string          `json:"invokedBy,omitempty"`
	OnBehalfOf     struct {
		UserID string `json:"userId"`
	} `json:"onBehalfOf,omitzero"`
}

// Session describes the session of temporary credentials.
type Session struct {
	SessionIssuer struct {
		Type        Text `json:"type"`
		PrincipalID Text `json:"principalId"`
		ARN         Text `json:"arn"`
		AccountID   Text `json:"accountId"`
		UserName    Text `json:"userName"`
	} `json:"sessionIssuer"`
	Attributes struct {
		CreationDate     Text  `json:"creationDate"`
		MFAAuthenticated Truth `json:"mfaAuthenticated"`
	} `json:"attributes"`
	SourceIdentity Text `json:"sourceIdentity,omitempty"`
}

// Session reads the session's context. It returns an empty Session if the context is absent or has another type.
func (u *UserIdentity) Session() Session {
	var s Session
	if json.Unmarshal(u.SessionContext, &s) != nil {
		return Session{}
	}
	return s
}

// inSession returns a caller with the details of its session. They are only shown: a record with an undocumented
// form of them is valid.
func (u *UserIdentity) inSession(a Actor) Actor {
	s := u.Session()
	a.SessionIssuer = string(s.SessionIssuer.ARN)
	a.MFA = string(s.Attributes.MFAAuthenticated)
	return a
}

// Addendum marks a record that was delivered late, or that corrects an earlier one.
type Addendum struct {
	OriginalEventID string `json:"originalEventID"`
}

// cloudTrail are the detail-types whose detail is a CloudTrail record.
func cloudTrail(detailType Text) bool {
	switch detailType {
	case "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail", "AWS Console Sign In via CloudTrail":
		return true
	}
	return false
}

// isEnvelope reports whether the message is an envelope: a bare record has neither of these fields.
func (m *message) isEnvelope() bool { return m.Detail != nil || m.DetailType != "" }

// actor returns what people need to know about the caller. Identities without an ARN (of IAM Identity Center,
// federation and AWS services) have another name.
func (r *EventRecord) actor() Actor {
	id := &r.UserIdentity
	return Actor{
		ARN:       id.ARN,
		Name:      first(id.UserName, id.OnBehalfOf.UserID, id.InvokedBy, id.PrincipalID, id.AccountID),
		Type:      id.Type,
		SourceIP:  r.SourceIPAddress,
		UserAgent: r.UserAgent,

		AccessKeyID: string(id.AccessKeyID),
	}
}
