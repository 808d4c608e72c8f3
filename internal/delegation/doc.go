// Package delegation is about those who may manage users and roles, as long as these carry a permissions boundary. It
// writes policies that delegate this, and decides whether given policies do: can anyone who holds them get a user or
// role that is outside the boundary?
//
// # What an answer is worth
//
// There is one question for each [Hole], and in it one for each action: is there a request that the policies allow and
// that is dangerous? The dangerous requests are a document, such as iam:CreateRole where iam:PermissionsBoundary is
// missing or another policy. Package compare decides whether the policies and this document have a request in common.
// Proven means that there is none, of all resources and all values of condition keys. Refuted comes with a request
// that package eval has confirmed. Everything else is unknown.
//
// # What is taken as given
//
// A request has only the condition keys of IAM that AWS documents for its action: one that passes a role never has
// iam:PermissionsBoundary. A boundary is a policy of the principal's account or one of AWS's. Roles of AWS services and
// of IAM Identity Center cannot be changed, and only their service can use them. [Report.Assumed] has what is assumed
// beyond that.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
//
// # File by file
//
// Calls go down this table only.
//
//	prove.go     does what was written keep what it promises?
//	write.go     the policies that delegate a rule
//	area.go      where the principals of a rule are
//	check.go     the answers, hole by hole
//	holes.go     the holes, with their actions
//	dangers.go   what is dangerous of an action
//	account.go   what exists, and which of it is outside the boundary
//	ask.go       the requests that are dangerous
//	scope.go     boundaries, and what is taken to be inside
package delegation
