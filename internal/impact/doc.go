// Package impact answers whose calls a permissions boundary would have denied.
//
// Every recorded call that succeeded becomes one or more IAM requests (see package apicall). Package eval decides
// each with the new boundary, with the old one, and with the caller's identity policies. A record never has all of
// a request: the answer counts only if it is the same whatever the missing parts are. All other calls are listed
// as not known, with the reason.
//
// That a call succeeded proves that no policy denied it at the time. It does not prove that an identity policy
// allowed it: within one account, a resource-based policy that names the user or the session allows it alone, and
// a boundary limits that only by explicit denials. Resource-based policies are not in the logs.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
package impact
