// Package eval answers what IAM would answer: may this principal do this action to
// this resource, and which statement of which policy decides it?
//
// A document is compiled once with [Compile] and can then be asked any number of
// times, by any number of goroutines, without allocating. [Evaluate] puts a request
// through all the layers, one file each, in the order in which AWS documents them:
//
//  1. an explicit Deny in any layer ends it;
//  2. resource control policies, level by level;
//  3. service control policies, level by level;
//  4. the policy of the VPC endpoint that the request goes through;
//  5. the resource's own policy, which may be enough by itself within one account;
//  6. the principal's identity policies;
//  7. its permissions boundary;
//  8. the session policy.
//
// Only sts:GetCallerIdentity is decided before that: AWS documents that no policy can deny it.
//
// The answer is a [Decision]: what, by which layer and statement, and why each other
// layer did not. [Policy.Alone] asks one document by itself.
//
// Some conditions cannot be read: an operator that AWS does not document, or a number
// that is none. They are neither true nor false here. A Deny that hangs on one takes
// effect and an Allow does not, so that the answer errs towards denial, and the
// answer says that it is uncertain.
//
// The values of some condition keys that every request has may not be known: see [Request.Partial]. What
// hangs on one is uncertain in the same way.
//
// AWS documents two readings of the wildcard * in the Resource element: within one
// colon-separated part of the ARN, or beyond it. Here it takes any characters, colons
// included; in the ARN condition operators it stays within its part, except at the
// end of the pattern.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
package eval
