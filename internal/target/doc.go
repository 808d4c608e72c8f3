// Package target defines what Ringfence looks at, and why. A [Target] is one principal, one
// boundary policy, one part of Ringfence, one permission set, or a walk over many principals. A
// [Cause] is why it is looked at: it is evidence for the report, and never decides whether the
// target is inside.
//
// [FromChange] makes targets from a CloudTrail record. All other sources make their own.
package target
