package localaws

import (
	"github.com/ringfence/ringfence/internal/localaws/cloudtrail"
	"github.com/ringfence/ringfence/internal/localaws/config"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb"
	"github.com/ringfence/ringfence/internal/localaws/events"
	"github.com/ringfence/ringfence/internal/localaws/iam"
	"github.com/ringfence/ringfence/internal/localaws/organizations"
	"github.com/ringfence/ringfence/internal/localaws/securityhub"
	"github.com/ringfence/ringfence/internal/localaws/sns"
	"github.com/ringfence/ringfence/internal/localaws/sqs"
	"github.com/ringfence/ringfence/internal/localaws/sts"
	"github.com/ringfence/ringfence/internal/localaws/wire"
	"github.com/ringfence/ringfence/internal/principal"
)

// newServices returns the services, each with its protocol.
func (s *Server) newServices() map[string]*service {
	tokens := &sts.Service{IDs: s.ids, Role: s.assumable, Session: s.SetCaller}
	all := map[string]*service{}
	for _, service := range []*service{
		{
			name: "iam", version: "2010-05-08", namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
			contentType: "text/xml", find: s.iamOperation,
		},
		{
			name: "sts", version: "2011-06-15", namespace: "https://sts.amazonaws.com/doc/2011-06-15/", contentType: "text/xml",
			find: serve(sts.Operations, func(c *wire.Call) sts.Call { return sts.Call{Service: tokens, Call: c} }),
		},
		{
			name: "sns", version: "2010-03-31", namespace: "http://sns.amazonaws.com/doc/2010-03-31/", contentType: "text/xml",
			find: serve(sns.Operations, func(c *wire.Call) sns.Call { return sns.Call{Service: s.SNS, Call: c} }),
		},
		{
			name: "sqs", target: "AmazonSQS", namespace: "com.amazonaws.sqs", contentType: "application/x-amz-json-1.0",
			find: serve(sqs.Operations, func(c *wire.Call) sqs.Call { return sqs.Call{Service: s.SQS, Call: c} }),
		},
		{
			name: "dynamodb", target: "DynamoDB_20120810", namespace: "com.amazonaws.dynamodb.v20120810",
			contentType: "application/x-amz-json-1.0", spaces: dynamodb.Spaces, codes: dynamodb.Codes,
			find: serve(dynamodb.Operations, func(c *wire.Call) dynamodb.Call { return dynamodb.Call{Service: s.DynamoDB, Call: c} }),
		},
		{
			name: "events", target: "AWSEvents", namespace: "com.amazonaws.eventbridge", contentType: "application/x-amz-json-1.1",
			find: serve(events.Operations, func(c *wire.Call) events.Call { return events.Call{Service: s.EventBridge, Call: c} }),
		},
		{
			name: "cloudtrail", target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
			namespace: "com.amazonaws.cloudtrail", contentType: "application/x-amz-json-1.1",
			find: serve(cloudtrail.Operations, func(c *wire.Call) cloudtrail.Call { return cloudtrail.Call{Service: s.trail, Call: c} }),
		},
		{
			name: "securityhub", paths: securityhub.Paths, namespace: "com.amazonaws.securityhub", contentType: "application/json",
			find: serve(securityhub.Operations, func(c *wire.Call) securityhub.Call { return securityhub.Call{Service: s.SecurityHub, Call: c} }),
		},
		{
			name: "organizations", target: "AWSOrganizationsV20161128", namespace: "com.amazonaws.organizations", contentType: "application/x-amz-json-1.1",
			find: serve(organizations.Operations, func(c *wire.Call) organizations.Call {
				return organizations.Call{Service: s.Organizations, Call: c}
			}),
		},
		{
			name: "config", target: "StarlingDoveService", namespace: "com.amazonaws.starling.dove", contentType: "application/x-amz-json-1.1",
			find: serve(config.Operations, func(c *wire.Call) config.Call { return config.Call{Service: s.ConfigService, Call: c} }),
		},
	} {
		all[service.name] = service
	}
	return all
}

// serve binds a service's operations to its state.
func serve[C any](operations wire.Operations[C], bind func(*wire.Call) C) func(string) (operation, bool) {
	return func(name string) (operation, bool) {
		op, ok := operations[name]
		return operation{op.Write, op.NewInput, func(call *wire.Call, _ iam.Lag, input any) (any, error) {
			return op.Run(bind(call), input)
		}}, ok
	}
}

// iamOperation binds an operation of IAM to the caller's account.
func (s *Server) iamOperation(name string) (operation, bool) {
	op, ok := iam.Operations[name]
	return operation{op.Write, op.NewInput, func(call *wire.Call, lag iam.Lag, input any) (output any, err error) {
		run := func(tx *iam.Tx) error {
			tx.Caller = call.Caller
			output, err = op.Run(tx, input)
			return err
		}
		account := s.IAM(call.Account)
		if op.Write {
			err = account.Edit(run)
		} else {
			err = account.View(lag, run)
		}
		s.noteKey(call.Account, output)
		return output, err
	}}, ok
}

// assumable returns a role's id and longest session for STS.
func (s *Server) assumable(ref principal.Ref) (id string, longest int32, ok bool) {
	if s.Partition(ref.Account) != ref.Partition {
		return "", 0, false
	}
	_ = s.IAM(ref.Account).View(iam.Lag{}, func(tx *iam.Tx) error {
		if r := tx.Role(ref.Name); r != nil && r.ARN == ref.ARN() {
			id, longest, ok = r.ID, r.MaxSessionDuration, true
		}
		return nil
	})
	return id, longest, ok
}
