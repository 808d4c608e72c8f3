package publish

import (
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
)

// revoke says which credentials to take from the one who made the call, where the finding is bad
// enough that somebody should ask.
//
// The prefixes are those that IAM gives the keys of users and of sessions.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func revoke(f finding.Finding) string {
	switch f.Drift {
	case finding.None, finding.ExemptionExpired, finding.SweepHeld, finding.Unreachable:
		return ""
	}
	opened, known := f.Opener()
	key := clean(opened.Actor.AccessKeyID, partLimit)
	if !known || key == "" || f.Severity.Rank() > finding.High.Rank() {
		return ""
	}
	const unmeant = "If the call was not meant, "
	if issuer := clean(opened.Actor.SessionIssuer, actorLimit); strings.HasPrefix(key, "ASIA") && issuer != "" {
		return unmeant + "revoke the sessions of " + issuer + " (this one's access key is " + key + ")."
	}
	return unmeant + "deactivate access key " + key + " of " + short(opened.Actor) + "."
}

// credentials are what a call was signed with, and whether the session had MFA.
func credentials(a finding.Actor) string {
	mfa := ""
	switch a.MFA {
	case "true":
		mfa = "with MFA"
	case "false":
		mfa = "without MFA"
	}
	issuer := clean(a.SessionIssuer, actorLimit)
	if issuer != "" {
		issuer = "session of " + issuer
	}
	return joined(", ", clean(a.AccessKeyID, partLimit), issuer, mfa)
}
