// Package authdetails reads a whole account's users, roles, groups and managed policies
// from the JSON that
//
//	aws iam get-account-authorization-details
//
// prints: which policies reach a principal, and what its permissions boundary says.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
package authdetails
