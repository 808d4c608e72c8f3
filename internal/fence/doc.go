// Package fence is the configuration: which principals must carry which permissions
// boundary, who is exempt until when, and what is done about drift.
//
// It answers one question, for a principal as it is now: what is required of it? See
// [Requirement].
package fence
