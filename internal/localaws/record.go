package localaws

import (
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// record is a CloudTrail record, its members in CloudTrail's order.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type record struct {
	EventVersion       string          `json:"eventVersion"`
	UserIdentity       userIdentity    `json:"userIdentity"`
	EventTime          string          `json:"eventTime"`
	EventSource        string          `json:"eventSource"`
	EventName          string          `json:"eventName"`
	AWSRegion          string          `json:"awsRegion"`
	SourceIPAddress    string          `json:"sourceIPAddress"`
	UserAgent          string          `json:"userAgent"`
	ErrorCode          string          `json:"errorCode,omitempty"`
	ErrorMessage       string          `json:"errorMessage,omitempty"`
	RequestParameters  json.RawMessage `json:"requestParameters"`
	ResponseElements   json.RawMessage `json:"responseElements"`
	RequestID          string          `json:"requestID"`
	EventID            string          `json:"eventID"`
	ReadOnly           bool            `json:"readOnly"`
	EventType          string          `json:"eventType"`
	ManagementEvent    bool            `json:"managementEvent"`
	RecipientAccountID string          `json:"recipientAccountId"`
	EventCategory      string          `json:"eventCategory"`
}

// userIdentity is who made a call.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
type userIdentity struct {
	Type           string          `json:"type"`
	PrincipalID    string          `json:"principalId"`
	ARN            string          `json:"arn"`
	AccountID      string          `json:"accountId"`
	AccessKeyID    string          `json:"accessKeyId,omitempty"`
	UserName       string          `json:"userName,omitempty"`
	SessionContext *sessionContext `json:"sessionContext,omitempty"`
}

type sessionContext struct {
	SessionIssuer struct {
		Type        string `json:"type"`
		PrincipalID string `json:"principalId"`
		ARN         string `json:"arn"`
		AccountID   string `json:"accountId"`
		UserName    string `json:"userName"`
	} `json:"sessionIssuer"`
	Attributes struct {
		CreationDate     string `json:"creationDate"`
		MFAAuthenticated string `json:"mfaAuthenticated"`
	} `json:"attributes"`
}

// record makes the CloudTrail record of a write.
func (s *Server) record(q *request, input, output any, failure *wire.Error) record {
	call := q.call
	r := record{
		EventVersion: "1.11", UserIdentity: identity(call.Caller), EventTime: events.Timestamp(call.Time),
		EventSource: q.service.eventSource(), EventName: call.Operation, AWSRegion: call.Region,
		SourceIPAddress: call.SourceIP, UserAgent: call.UserAgent,
		RequestParameters: wire.RequestParameters(input), ResponseElements: json.RawMessage("null"),
		RequestID: call.RequestID, EventID: s.ids.UUID("event"), EventType: "AwsApiCall",
		ManagementEvent: true, RecipientAccountID: call.Account, EventCategory: "Management",
	}
	if call.Service == "iam" {
		r.AWSRegion = HomeRegion(call.Partition)
	}
	if failure == nil {
		r.ResponseElements = wire.ResponseElements(output)
		return r
	}
	r.ErrorCode, r.ErrorMessage = recordedCode(failure.Code), failure.Message
	if r.ErrorCode == "AccessDenied" {
		r.RequestParameters = json.RawMessage("null")
	}
	return r
}

// recordedCode is how CloudTrail spells an error code: mostly the exception's name.
func recordedCode(code string) string {
	switch {
	case code == "ValidationError":
		return "ValidationException"
	case code == "AccessDenied", strings.HasSuffix(code, "Exception"), strings.Contains(code, "."):
		return code
	}
	return code + "Exception"
}

func identity(c wire.Caller) userIdentity {
	u := userIdentity{
		Type: c.Type, PrincipalID: c.PrincipalID, ARN: c.ARN, AccountID: c.Account,
		AccessKeyID: c.AccessKeyID, UserName: c.UserName,
	}
	if i := c.Issuer; i != nil {
		u.SessionContext = &sessionContext{}
		issuer := &u.SessionContext.SessionIssuer
		issuer.Type, issuer.PrincipalID, issuer.ARN, issuer.AccountID, issuer.UserName = "Role", i.RoleID, i.ARN, i.Account, i.Name
		u.SessionContext.Attributes.CreationDate = events.Timestamp(i.Since)
		u.SessionContext.Attributes.MFAAuthenticated = "false"
	}
	return u
}

// event wraps a record as EventBridge delivers it.
func (s *Server) event(r record) (events.Event, error) {
	detail, err := wire.Marshal(r)
	if err != nil {
		return events.Event{}, err
	}
	source, _, _ := strings.Cut(r.EventSource, ".")
	return events.Event{
		Version: "0", ID: s.ids.UUID("envelope"), DetailType: "AWS API Call via CloudTrail", Source: "aws." + source,
		Account: r.RecipientAccountID, Time: r.EventTime, Region: r.AWSRegion, Resources: []string{}, Detail: detail,
	}, nil
}
