// Package authdetails reads the users, roles, groups and managed policies of a whole account from
// the JSON that
//
//	aws iam get-account-authorization-details
//
// prints: which policies apply to a principal, and what its permissions boundary is.
//
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
package authdetails
