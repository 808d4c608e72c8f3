// Package localaws is a small AWS on this machine: IAM, STS, SNS, SQS, DynamoDB, EventBridge,
// CloudTrail's LookupEvents, Security Hub's BatchImportFindings, AWS Config's PutEvaluations and
// Organizations' lists, per account, in memory. The unmodified AWS SDK and the AWS CLI use it with the services' own
// wire protocols. It serves what Ringfence calls, what its stack consists of, and every change of
// users, roles, groups and policies. It refuses other operations by name. It is a tool for tests
// and demonstrations: it checks no signatures and authorizes no callers.
//
// One [Server] is an http.Handler with all state. There are three ways to use it:
//
//	server := localaws.New(localaws.Options{})
//	client := iam.NewFromConfig(server.Config("us-east-1", "123456789012")) // in-process, no socket
//	local, err := server.Listen("127.0.0.1:0")                              // HTTP, loopback only
//	account := server.IAM("123456789012")                                   // the state itself
//
// The credentials select the account: an access key id of 12 digits is an account, AssumeRole
// returns credentials of the role's account, and any other key belongs to the default account.
//
// Each successful or failed write makes the CloudTrail event that AWS would send. The event goes
// to [Server.Subscribe]'s functions, to LookupEvents and to the default event bus, whose rules
// deliver to queues, topics and functions. All of this happens before the write is answered, so
// tests need not wait.
//
// [Options].Now is the only clock: visibility timeouts, delays and late events follow it. Expired
// DynamoDB items stay until Expire is called, as they may on AWS. [Server.Inject] makes calls and
// events fail.
package localaws
