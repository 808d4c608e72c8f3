// Package localaws is a small AWS on this machine: IAM, STS, SNS, SQS, DynamoDB,
// EventBridge, CloudTrail's LookupEvents, Security Hub's BatchImportFindings and AWS Config's
// PutEvaluations, per account, in memory. The unmodified AWS SDK and the aws command talk to
// it in the services' own wire protocols. Served is what Ringfence calls, what its stack is made of, and
// all that changes users, roles, groups and policies; the rest is refused by name. It is a tool for tests and demonstrations: it
// checks no signature and authorizes nobody.
//
// One [Server] is an http.Handler that holds everything. There are three ways in:
//
//	server := localaws.New(localaws.Options{})
//	client := iam.NewFromConfig(server.Config("us-east-1", "123456789012")) // in-process, no socket
//	local, err := server.Listen("127.0.0.1:0")                              // HTTP, loopback only
//	account := server.IAM("123456789012")                                   // the state itself
//
// The account is that of the credentials: an access key id of 12 digits is an account,
// AssumeRole gives credentials of the role's account, and anything else is the default
// account.
//
// Each successful or failed write makes the CloudTrail event that AWS would send. It
// goes to [Server.Subscribe]'s functions, to the default event bus, whose rules
// deliver to queues, topics and functions, and to LookupEvents. All of that happens
// before the write's answer, so that a test need not wait.
//
// Time is [Options].Now's alone: visibility timeouts, delays and late events follow
// it. Items of DynamoDB outlive their time until its Expire is called, as they may on
// AWS. [Server.Inject] makes calls and events go wrong.
package localaws
