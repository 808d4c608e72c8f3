// Package verdict decides, from what is required of a principal and what it is now,
// whether it has drifted, how bad that is, and what to do about it. It does none of it:
// what to do comes out as an [Action], which is data.
package verdict
