package eval

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/principal"
)

// grant is how far the Principal element of a resource policy reaches towards the
// caller, weakest first.
type grant uint8

const (
	// noGrant: the element does not name the caller.
	noGrant grant = iota
	// toAccount: it names the caller's account, which leaves it to that account's
	// identity policies.
	toAccount
	// toIdentity: it names the role of the caller's session, or the user who federated
	// the caller. Boundary and session policy still limit this.
	toIdentity
	// direct: it names the caller itself, or everybody. Within one account nothing but
	// an explicit Deny limits this.
	direct
)

// principals is a Principal or NotPrincipal element made ready.
type principals struct {
	not     bool
	entries []principalEntry
}

type principalEntry struct {
	kind policy.PrincipalType
	// everybody is true for "*".
	everybody bool
	// account is set where the entry names a whole account.
	account string
	// value is the text otherwise.
	value string
}

func compilePrincipals(list *policy.Principals) *principals {
	out := &principals{not: list.Not}
	if list.Star {
		out.entries = []principalEntry{{kind: policy.PrincipalAWS, everybody: true}}
		return out
	}
	for _, block := range list.Blocks {
		for _, value := range block.Values {
			entry := principalEntry{kind: block.Type, value: value, everybody: value == "*"}
			if block.Type == policy.PrincipalAWS {
				entry.account = accountOf(value)
			}
			out.entries = append(out.entries, entry)
		}
	}
	return out
}

// accountOf gives the account that an account id or the ARN of its root names.
func accountOf(s string) string {
	if principal.IsAccount(s) {
		return s
	}
	rest, ok := strings.CutSuffix(s, ":root")
	if !ok || !strings.HasPrefix(s, "arn:") {
		return ""
	}
	account := rest[strings.LastIndexByte(rest, ':')+1:]
	if !principal.IsAccount(account) || !strings.HasSuffix(rest, ":iam::"+account) {
		return ""
	}
	return account
}

// match gives how far the element reaches towards the caller.
//
// NotPrincipal spares only those that it names themselves: naming the account does
// not spare its users. With Deny it spares nobody who has a permissions boundary.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (l *principals) match(p *Principal, deny, bounded bool) grant {
	best := noGrant
	for i := range l.entries {
		best = max(best, l.entries[i].match(p))
	}
	switch {
	case !l.not:
		return best
	case deny && bounded, deny && best < toIdentity, best == noGrant:
		return direct
	}
	return noGrant
}

func (n *principalEntry) match(p *Principal) grant {
	switch n.kind {
	case policy.PrincipalAWS:
		return n.matchAWS(p)
	case policy.PrincipalService:
		if p.Type == Service && (n.everybody || n.value == p.ARN) {
			return direct
		}
	case policy.PrincipalFederated:
		if p.Type == External && (n.everybody || n.value == p.ARN) {
			return direct
		}
	}
	return noGrant
}

func (n *principalEntry) matchAWS(p *Principal) grant {
	switch {
	case n.everybody:
		return direct
	case n.account != "":
		if n.account != p.Account || p.Type == External {
			return noGrant
		}
		if p.Type == Root {
			return direct
		}
		return toAccount
	}
	isID := n.value != "" && n.value == p.id()
	switch p.Type {
	case User:
		if n.value == p.ARN || isID {
			return direct
		}
	case Role:
		if n.value == p.ARN || isID {
			return toIdentity
		}
	case Session:
		if n.value == p.ARN {
			return direct
		}
		if n.value == p.Identity || isID || !p.PathKnown && n.isRole(p) {
			return toIdentity
		}
	case Federated:
		if n.value == p.ARN {
			return direct
		}
		if n.value == p.Identity {
			return toIdentity
		}
	}
	return noGrant
}

// isRole reports whether the entry is the ARN of the session's role in some path. The
// names of roles are unique in an account, whatever their paths.
func (n *principalEntry) isRole(p *Principal) bool {
	rest, ok := strings.CutSuffix(n.value, "/"+p.Name)
	if !ok {
		return false
	}
	account, _, ok := strings.Cut(rest, ":role")
	return ok && strings.HasSuffix(account, ":iam::"+p.Account)
}
