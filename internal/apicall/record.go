package apicall

import (
	"encoding/json"
	"strings"

	"github.com/ringfence/ringfence/internal/trail"
)

// Record is what a CloudTrail record says about a call, as text. An empty field is one that the record lacks.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type Record struct {
	Source, Name, Type, ErrorCode string
	Time, Region, Recipient       string
	SourceIP, UserAgent, Endpoint string
	// TLS is true if the record has details of the TLS connection.
	TLS bool
	// Parameters and Resources are requestParameters and resources, as JSON.
	Parameters, Resources []byte
	Caller                Caller
	// Bare is true for a record that stands for all calls of its name and caller: nothing else is known of them.
	Bare bool
}

// Caller is the userIdentity of a record.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
type Caller struct {
	Type, ARN, ID, Account, Key, InvokedBy string
	// Issuer is the ARN of the role of a session. Created, MFA and SourceIdentity describe the session.
	Issuer, Created, MFA, SourceIdentity string
}

// FromEvent returns what a record says about its call.
func FromEvent(r *trail.EventRecord) Record {
	s := r.UserIdentity.Session()
	tls := string(r.TLSDetails)
	return Record{
		Source: r.EventSource, Name: r.EventName, Type: r.EventType, ErrorCode: r.ErrorCode,
		Time: r.EventTime, Region: r.AWSRegion, Recipient: r.RecipientAccountID,
		SourceIP: r.SourceIPAddress, UserAgent: r.UserAgent, Endpoint: string(r.VPCEndpointID),
		TLS: tls != "" && tls != "null", Parameters: r.RequestParameters, Resources: r.Resources,
		Caller: Caller{
			Type: r.UserIdentity.Type, ARN: r.UserIdentity.ARN, ID: r.UserIdentity.PrincipalID, Account: r.UserIdentity.AccountID,
			Key: string(r.UserIdentity.AccessKeyID), InvokedBy: r.UserIdentity.InvokedBy,
			Issuer: string(s.SessionIssuer.ARN), Created: string(s.Attributes.CreationDate), MFA: string(s.Attributes.MFAAuthenticated),
			SourceIdentity: string(s.SourceIdentity),
		},
	}
}

// Partition returns the partition of the record's Region.
func (r *Record) Partition() string {
	switch {
	case strings.HasPrefix(r.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(r.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// parameters are the request parameters of a call. Names are as in the API, with a small first letter.
type parameters map[string]json.RawMessage

func (r *Record) parameters() parameters {
	var p parameters
	if json.Unmarshal(r.Parameters, &p) != nil {
		return nil
	}
	return p
}

// text returns a parameter that is text, or "".
func (p parameters) text(name string) string {
	var s trail.Text
	if raw, ok := p[name]; ok && len(raw) > 0 {
		_ = json.Unmarshal(raw, &s) // never fails on valid JSON
	}
	return string(s)
}

// has reports whether the call had a parameter.
func (p parameters) has(name string) bool {
	raw, ok := p[name]
	return ok && string(raw) != "null"
}
