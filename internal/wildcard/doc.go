// Package wildcard matches text with patterns in which * stands for any characters or none and
// ? for exactly one, as in IAM policies:
//
//	wildcard.Match("arn:aws:iam::*:role/ci-?", "arn:aws:iam::123456789012:role/ci-1") // true
//
// It is the only such matcher. Who uses it, and what for:
//
//   - internal/policy reads strings of policies into [Token]s: the escapes ${*}, ${?} and ${$} become
//     literal text there, and ${key} a [Variable];
//   - internal/policy/eval matches actions, resources and condition values, as [Pattern]s with
//     [Options];
//   - internal/policy/compare sorts actions by the patterns that match them;
//   - internal/config matches the names, paths, tags and accounts of ringfence.yaml, and
//     internal/tamper and internal/exposure ARNs, all with [Match];
//   - internal/localaws matches event patterns and injected faults.
//
// Whether one pattern lies within another, or two have a string in common, are other questions:
// internal/policy/lang answers them.
//
// A character is a Unicode code point: ? takes the whole of é or 🙂, and so does each step of *. A byte
// that is no UTF-8 is a character of its own. AWS does not document what a character is; the names that
// IAM allows are ASCII but for tags, where it makes a difference only to ?.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html#reference_policies_elements_resource_wildcards
package wildcard
