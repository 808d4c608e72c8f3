package cloudtrail

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/ringfence/ringfence/internal/trail"
)

// Record is a CloudTrail record with the fields that LookupEvents needs.
type Record struct {
	Account, Region       string
	EventID, EventName    string
	EventSource           string
	Username, AccessKeyID string
	ReadOnly              bool
	Time                  time.Time
	Resources             []Resource
	JSON                  string // the record itself
}

// Resource is a resource in a record.
type Resource struct{ Type, Name string }

// Parse reads a record as a trail writes it. It fails if the record has no event id, time or
// account, because then LookupEvents cannot return it.
func Parse(record []byte) (Record, error) {
	r, err := trail.Read(record)
	if err != nil {
		return Record{}, fmt.Errorf("reading a CloudTrail record: %w", err)
	}
	if r.Event == nil || r.EventID == "" || r.Time.IsZero() || r.Account == "" {
		return Record{}, errors.New("reading a CloudTrail record: eventID, eventTime or recipientAccountId is missing")
	}
	by := r.Event.UserIdentity
	out := Record{
		Account: r.Account, Region: r.Region, EventID: r.EventID, EventName: r.Name, EventSource: r.Source,
		AccessKeyID: string(by.AccessKeyID), Time: r.Time, JSON: string(record), ReadOnly: bool(r.Event.ReadOnly),
		Username: username(by.Type, by.ARN, by.UserName),
	}
	out.addResources(object(r.Request))
	for _, element := range object(r.Response) {
		if inner, ok := element.(map[string]any); ok {
			out.addResources(inner)
		}
	}
	return out, nil
}

// object reads a JSON object. For any other value it returns an empty one.
func object(raw json.RawMessage) map[string]any {
	var o map[string]any
	_ = json.Unmarshal(raw, &o)
	return o
}

// username returns the session name for a role, and root for the account itself.
func username(kind, arn, name string) string {
	switch {
	case name != "":
		return name
	case kind == "Root":
		return "root"
	}
	return arn[strings.LastIndexByte(arn, '/')+1:]
}

// resourceTypes maps parameters that name a resource to its type.
var resourceTypes = []struct{ parameter, kind string }{
	{"roleName", "AWS::IAM::Role"},
	{"roleId", "AWS::IAM::Role"},
	{"userName", "AWS::IAM::User"},
	{"userId", "AWS::IAM::User"},
	{"groupName", "AWS::IAM::Group"},
	{"policyArn", "AWS::IAM::Policy"},
	{"policyName", "AWS::IAM::Policy"},
	{"topicArn", "AWS::SNS::Topic"},
	{"queueUrl", "AWS::SQS::Queue"},
	{"name", "AWS::Events::Rule"},
	{"rule", "AWS::Events::Rule"},
}

func (r *Record) addResources(parameters map[string]any) {
	kind := ""
	for _, t := range resourceTypes {
		if strings.HasPrefix(t.kind, "AWS::Events") && r.EventSource != "events.amazonaws.com" {
			continue // "name" has other meanings elsewhere
		}
		if name, ok := parameters[t.parameter].(string); ok && name != "" {
			r.addResource(t.kind, name)
			kind = t.kind
		}
	}
	if arn, ok := parameters["arn"].(string); ok && kind != "" {
		r.addResource(kind, arn)
	}
}

func (r *Record) addResource(kind, name string) {
	for _, known := range r.Resources {
		if known.Name == name {
			return
		}
	}
	r.Resources = append(r.Resources, Resource{kind, name})
}

func (r Record) output() types.Event {
	out := types.Event{
		EventId: aws.String(r.EventID), EventName: aws.String(r.EventName), EventSource: aws.String(r.EventSource),
		EventTime: aws.Time(r.Time), ReadOnly: aws.String(strconv.FormatBool(r.ReadOnly)), Username: aws.String(r.Username),
		CloudTrailEvent: aws.String(r.JSON), Resources: []types.Resource{},
	}
	if r.AccessKeyID != "" {
		out.AccessKeyId = aws.String(r.AccessKeyID)
	}
	for _, x := range r.Resources {
		out.Resources = append(out.Resources, types.Resource{ResourceType: aws.String(x.Type), ResourceName: aws.String(x.Name)})
	}
	return out
}
