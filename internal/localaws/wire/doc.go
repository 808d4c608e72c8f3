// Package wire implements the protocols of the services in localaws: AWS Query (form in, XML out:
// IAM, STS, SNS) and AWS JSON (SQS, DynamoDB, EventBridge, CloudTrail).
//
// The SDK's input and output structs are the model: a request is decoded into an
// iam.CreateRoleInput, and a handler returns an iam.CreateRoleOutput. Reflection over their fields
// gives the wire forms, because the field names are the names in the API. The same code writes
// what CloudTrail records of a call. It shares nothing with the SDK's serializers, so each checks
// the other.
//
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
package wire
