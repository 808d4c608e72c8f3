package trail

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// message is what arrives: EventBridge's envelope with the record in its detail, or
// the record itself. Both are read in one pass; [message.isEnvelope] tells them apart.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
type message struct {
	DetailType text    `json:"detail-type"`
	Account    text    `json:"account"`
	Region     text    `json:"region"`
	Detail     *record `json:"detail"`
	record
}

// text is a field of the envelope. A bare record has none of them, unless a log shipper
// added fields of its own under these names; what is not text then is passed over.
type text string

// UnmarshalJSON takes a JSON string, and nothing else.
func (t *text) UnmarshalJSON(data []byte) error {
	switch {
	case data[0] != '"':
		return nil
	case bytes.IndexByte(data, '\\') < 0 && utf8.Valid(data):
		*t = text(data[1 : len(data)-1])
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

// flag is a boolean, which records also write as text.
type flag bool

// UnmarshalJSON takes true and "true", and passes over what is neither.
func (f *flag) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true" || string(data) == `"true"`
	return nil
}

// tagSet is the tags that something is made with.
type tagSet map[string]string

// UnmarshalJSON takes a list of keys and values, and passes over what is none.
func (t *tagSet) UnmarshalJSON(data []byte) error {
	var list []struct{ Key, Value text }
	if err := json.Unmarshal(data, &list); err == nil {
		*t = make(tagSet, len(list))
		for _, tag := range list {
			(*t)[string(tag.Key)] = string(tag.Value)
		}
	}
	return nil
}

// other is an EventBridge event that carries no CloudTrail record.
type other struct {
	DetailType text `json:"detail-type"`
	Source     text `json:"source"`
	ID         text `json:"id"`
	Account    text `json:"account"`
	Region     text `json:"region"`
	Time       text `json:"time"`
	// Detail may be anything.
	Detail json.RawMessage `json:"detail"`
}

// record is the part of a CloudTrail record that Ringfence reads. The eventVersion is
// not among it: everything here exists since version 1.0, and fields that later
// versions add are passed over.
type record struct {
	EventID            string          `json:"eventID"`
	EventTime          string          `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	EventType          string          `json:"eventType"`
	AWSRegion          string          `json:"awsRegion"`
	ErrorCode          string          `json:"errorCode"`
	RecipientAccountID string          `json:"recipientAccountId"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	UserIdentity       identity        `json:"userIdentity"`
	Addendum           addendum        `json:"addendum"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
	ReadOnly           flag            `json:"readOnly"`
	EventCategory      text            `json:"eventCategory"`
	ManagementEvent    json.RawMessage `json:"managementEvent"`
	Resources          json.RawMessage `json:"resources"`
}

// identity is userIdentity. No field of it is always there.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
type identity struct {
	Type        string `json:"type"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	PrincipalID string `json:"principalId"`
	UserName    string `json:"userName"`
	InvokedBy   string `json:"invokedBy"`
	OnBehalfOf  struct {
		UserID string `json:"userId"`
	} `json:"onBehalfOf"`
}

// addendum marks a record that was delivered late, or that corrects an earlier one.
type addendum struct {
	OriginalEventID string `json:"originalEventID"`
}

// cloudTrail are the detail-types whose detail is a CloudTrail record.
func cloudTrail(detailType text) bool {
	switch detailType {
	case "AWS API Call via CloudTrail", "AWS Service Event via CloudTrail", "AWS Console Sign In via CloudTrail":
		return true
	}
	return false
}

// isEnvelope tells the two forms apart: a bare record has neither of these fields.
func (m *message) isEnvelope() bool { return m.Detail != nil || m.DetailType != "" }

// actor keeps what people ask about the caller. Identities without an ARN (those of
// IAM Identity Center, of federation and of AWS services) have some other name.
func (r *record) actor() Actor {
	id := &r.UserIdentity
	return Actor{
		ARN:       id.ARN,
		Name:      first(id.UserName, id.OnBehalfOf.UserID, id.InvokedBy, id.PrincipalID, id.AccountID),
		Type:      id.Type,
		SourceIP:  r.SourceIPAddress,
		UserAgent: r.UserAgent,
	}
}
