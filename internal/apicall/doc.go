// Package apicall turns a recorded API call into the IAM requests that it was: the actions, the resources, and
// the condition keys.
//
// CloudTrail records the names of API operations. Most of them are the names of IAM actions, and the
// exceptions are a table here. What a record does not have is reported as a gap, so that a caller of this
// package never decides on a guess.
package apicall
