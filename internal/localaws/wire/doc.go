// Package wire speaks the two protocols that the services of localaws use: AWS
// Query (form in, XML out: IAM, STS, SNS) and AWS JSON (SQS, DynamoDB,
// EventBridge, CloudTrail).
//
// The SDK's own input and output structs are the model: a request is decoded into an
// iam.CreateRoleInput, a handler returns an iam.CreateRoleOutput, and reflection
// over their fields gives the wire forms, since their field names are the names of
// the API. The same walk gives what CloudTrail records of a call. Nothing here is
// shared with the SDK's own serializers, so that each checks the other.
//
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
package wire
