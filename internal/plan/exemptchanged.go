package plan

import "github.com/ringfence/ringfence/internal/finding"

// OutOfScope says why a rule requires no boundary, from the configuration.
type OutOfScope struct {
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
}

// NeedsNoBoundary reports whether a principal needs no boundary although a rule matches it: it
// is exempt, or the rule requires none. Either may depend on the name alone.
func (d Decision) NeedsNoBoundary() bool { return d.Basis == Exempt || d.Basis == RuleOutOfScope }

// ChangesAccess reports whether a call creates a principal, or changes who may use it or what
// it may do. For a principal that needs no boundary this must be reported: the exemption may go
// by the name alone, and nothing else limits the principal.
func ChangesAccess(call string) bool {
	switch call {
	case "CreateRole", "CreateUser", "AcquireRole", "UpdateAssumeRolePolicy",
		"AttachRolePolicy", "AttachUserPolicy", "PutRolePolicy", "PutUserPolicy", "AddUserToGroup":
		return true
	}
	return false
}

// ChangesMemberAccess reports whether a call grants something to all members of a group.
func ChangesMemberAccess(call string) bool {
	return call == "AttachGroupPolicy" || call == "PutGroupPolicy"
}

// ExemptChanged returns the decision on such a call, from the decision d on the principal. It
// is reported and not repaired: only people know whether it was intended.
func ExemptChanged(d Decision, call string) Decision {
	return d.withCall(call).withDrift(finding.ExemptChanged, ExemptPrincipalChanged).alertOnly()
}
