package localaws

import (
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/trail"
)

// record returns the CloudTrail record of a write.
func (s *Server) record(q *request, input, output any, failure *wire.Error) trail.EventRecord {
	call := q.call
	r := trail.EventRecord{
		EventVersion: "1.11", UserIdentity: identity(call.Caller), EventTime: events.Timestamp(call.Time),
		EventSource: q.service.eventSource(), EventName: call.Operation, AWSRegion: call.Region,
		SourceIPAddress: call.SourceIP, UserAgent: call.UserAgent,
		RequestParameters: wire.RequestParameters(input), ResponseElements: json.RawMessage("null"),
		RequestID: trail.Text(call.RequestID), EventID: s.ids.UUID("event"), EventType: "AwsApiCall",
		ManagementEvent: json.RawMessage("true"), RecipientAccountID: call.Account, EventCategory: "Management",
	}
	if call.Service == "iam" {
		r.AWSRegion = HomeRegion(call.Partition)
	}
	if failure == nil {
		r.ResponseElements = wire.ResponseElements(output)
		return r
	}
	r.ErrorCode, r.ErrorMessage = recordedCode(failure.Code), trail.Text(failure.Message)
	if r.ErrorCode == "AccessDenied" {
		r.RequestParameters = json.RawMessage("null")
	}
	return r
}

// recordedCode returns an error code as CloudTrail spells it: mostly the exception's name.
func recordedCode(code string) string {
	switch {
	case code == "ValidationError":
		return "ValidationException"
	case code == "AccessDenied", strings.HasSuffix(code, "Exception"), strings.Contains(code, "."):
		return code
	}
	return code + "Exception"
}

func identity(c wire.Caller) trail.UserIdentity {
	u := trail.UserIdentity{
		Type: c.Type, PrincipalID: c.PrincipalID, ARN: c.ARN, AccountID: c.Account,
		AccessKeyID: trail.Text(c.AccessKeyID), UserName: c.UserName,
	}
	if i := c.Issuer; i != nil {
		var s trail.Session
		s.SessionIssuer.Type, s.SessionIssuer.UserName = "Role", trail.Text(i.Name)
		s.SessionIssuer.PrincipalID, s.SessionIssuer.ARN, s.SessionIssuer.AccountID = trail.Text(i.RoleID), trail.Text(i.ARN), trail.Text(i.Account)
		s.Attributes.CreationDate, s.Attributes.MFAAuthenticated = trail.Text(events.Timestamp(i.Since)), "false"
		u.SessionContext, _ = wire.Marshal(s) // strings always encode
	}
	return u
}

// event returns a record as EventBridge delivers it.
func (s *Server) event(r trail.EventRecord) (events.Event, error) {
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
