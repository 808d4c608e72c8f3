// Package target names what Ringfence looks at, and why. A [Target] is one principal, one
// boundary policy, one part of the control, one permission set, or a walk over many
// principals. A [Cause] is why it is looked at: it is evidence for the report, and never
// decides whether the target is inside.
//
// [FromChange] makes targets of what a CloudTrail record says. Everything else that looks
// at something makes its own.
package target
