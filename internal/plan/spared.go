package plan

import "github.com/ringfence/ringfence/internal/finding"

// OutOfScope says why a rule asks for no boundary, as the configuration has it.
type OutOfScope struct {
	Owner  string `json:"owner"`
	Reason string `json:"reason"`
}

// Spares reports whether a principal needs no boundary although a rule is for it: it is
// exempt, or the rule asks for none. Both may go by a name alone.
func (d Decision) Spares() bool { return d.Basis == Exempt || d.Basis == OutOfScopeOf }

// Opens reports whether a call makes a principal, or changes who may use it or what it may
// do. Of one that needs no boundary, only the name says which one was meant when that was
// allowed, and nothing else limits what it may do now.
func Opens(call string) bool {
	switch call {
	case "CreateRole", "CreateUser", "AcquireRole", "UpdateAssumeRolePolicy",
		"AttachRolePolicy", "AttachUserPolicy", "PutRolePolicy", "PutUserPolicy", "AddUserToGroup":
		return true
	}
	return false
}

// OpensMembers reports whether a call gives something to all users of a group.
func OpensMembers(call string) bool { return call == "AttachGroupPolicy" || call == "PutGroupPolicy" }

// Spared is the decision on such a call, where d is that on the principal as it is now. It is
// told, and nothing is repaired: only people know whether this one was meant.
func Spared(d Decision, call string) Decision {
	return d.on(call).drifted(finding.ExemptChanged, SparedChanged).alerts()
}
