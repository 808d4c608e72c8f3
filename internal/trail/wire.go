package trail

import "encoding/json"

// message is what arrives: EventBridge's envelope with the record in its detail, or
// the record itself. Both are read in one pass; [message.split] tells them apart.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
type message struct {
	DetailType string  `json:"detail-type"`
	Source     string  `json:"source"`
	ID         string  `json:"id"`
	Account    string  `json:"account"`
	Region     string  `json:"region"`
	Time       string  `json:"time"`
	Detail     *record `json:"detail"`
	record
}

// record is the part of a CloudTrail record that Ringfence reads. The eventVersion is
// not among it: everything here exists since version 1.0, and fields that later
// versions add are passed over.
type record struct {
	EventID            string          `json:"eventID"`
	EventTime          string          `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	AWSRegion          string          `json:"awsRegion"`
	ErrorCode          string          `json:"errorCode"`
	RecipientAccountID string          `json:"recipientAccountId"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	UserIdentity       identity        `json:"userIdentity"`
	Addendum           addendum        `json:"addendum"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
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
func cloudTrail(detailType string) bool {
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
	a := Actor{
		ARN:       r.UserIdentity.ARN,
		Type:      r.UserIdentity.Type,
		SourceIP:  r.SourceIPAddress,
		UserAgent: r.UserAgent,
	}
	id := r.UserIdentity
	for _, name := range []string{id.UserName, id.OnBehalfOf.UserID, id.InvokedBy, id.PrincipalID, id.AccountID} {
		if name != "" {
			a.Name = name
			break
		}
	}
	return a
}
