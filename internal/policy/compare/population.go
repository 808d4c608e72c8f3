package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
)

// callers are principals of one type of which documents name one, or none of them.
type callers struct {
	who eval.Principal // one of them
	// fixed is true if it is the only one. Otherwise the ARN comes from the request.
	fixed bool
	// bounded is whether they have a permissions boundary.
	bounded bool
	// facts are what AWS documents of the condition keys in their requests.
	facts []policy.Condition
}

// all are classes that have every caller: those who sign their requests, or the others. Those come first
// that read best in a witness.
func (n *namedPrincipals) all(unsigned bool) (out []callers) {
	if unsigned {
		return n.unsigned()
	}
	for _, account := range append(slices.Clone(n.accounts), "") {
		out = append(out, n.inAccount(account)...)
	}
	if n.spares {
		for _, c := range out {
			if c.bounded = true; c.who.Type != eval.Root {
				out = append(out, c)
			}
		}
	}
	return out
}

// inAccount are the callers of one account, "" for those that no document names.
func (n *namedPrincipals) inAccount(account string) (out []callers) {
	add := func(p eval.Principal, fixed bool, facts ...policy.Condition) {
		if n.asks("aws:principalaccount") {
			facts = append(facts, n.ofAccount(account)...)
		}
		out = append(out, callers{who: p, fixed: fixed, facts: append(facts, n.typed(p, fixed)...)})
	}
	of := func(list []eval.Principal) (own []eval.Principal) {
		for _, p := range list {
			if p.Account == account {
				own = append(own, p)
			}
		}
		return own
	}
	users, roles := of(n.users), of(n.roles)
	for _, p := range roles {
		n.withIDs(p, n.sessionIDs, func(p eval.Principal, ids ...policy.Condition) { add(p, true, append(ids, arnIs(p.ARN))...) })
	}
	for _, p := range users {
		n.withIDs(p, n.userIDs, func(p eval.Principal, ids ...policy.Condition) { add(p, true, append(ids, arnIs(p.ARN))...) })
	}
	for _, p := range of(n.sessions) {
		n.session(p, roles, func(p eval.Principal, fixed bool, facts ...policy.Condition) {
			n.withIDs(p, n.sessionIDs, func(p eval.Principal, ids ...policy.Condition) { add(p, fixed, append(ids, facts...)...) })
		})
	}
	n.withIDs(n.other(account, "iam", "role/"), n.sessionIDs, func(p eval.Principal, ids ...policy.Condition) {
		add(p, false, append(ids, n.arnOther(account, "iam", "role/", roles)...)...)
	})
	n.withIDs(n.other(account, "iam", "user/"), n.userIDs, func(p eval.Principal, ids ...policy.Condition) {
		add(p, false, append(ids, n.arnOther(account, "iam", "user/", users)...)...)
	})
	n.federation(account, users, of(n.federated), add)
	root := n.other(account, "iam", "root")
	facts := n.arnOther(account, "iam", "root", nil)
	if n.asks("aws:userid") && account != "" {
		facts = append(facts, condition("StringEquals", "aws:userid", account))
	}
	add(root, account != "", facts...)
	return out
}

// session adds a session that a document names. Its role is one that a document names too, if there is
// one, or else one of its name in any path.
func (n *namedPrincipals) session(p eval.Principal, roles []eval.Principal, add func(eval.Principal, bool, ...policy.Condition)) {
	p.PathKnown = true
	found := false
	for _, role := range roles {
		if role.Name == p.Name {
			p.Identity, found = role.ARN, true
			add(p, true, arnIs(role.ARN))
		}
	}
	if !found {
		head := strings.TrimSuffix(p.Identity, p.Name)
		add(p, false, condition("StringLike", "aws:PrincipalArn", head+p.Name, head+"*/"+p.Name))
	}
}

// federation adds the sessions of users who called GetFederationToken: of each user that a document names,
// and of others.
func (n *namedPrincipals) federation(account string, users, named []eval.Principal, add func(eval.Principal, bool, ...policy.Condition)) {
	other := n.other(account, "sts", "federated-user/")
	parents := []string{strings.Replace(n.other(account, "iam", "user/").ARN, "example", "another", 1)}
	for _, u := range users {
		parents = append(parents, u.ARN)
	}
	for _, parent := range parents {
		for _, p := range named {
			p.Identity, p.PathKnown = parent, true
			add(p, true, arnIs(p.ARN))
		}
		p := other
		p.Identity, p.PathKnown = parent, true
		add(p, false, n.arnOther(account, "sts", "federated-user/", named)...)
	}
}

// withIDs adds a user or role without a unique id that a document names, and with each of these.
func (n *namedPrincipals) withIDs(p eval.Principal, ids []string, add func(eval.Principal, ...policy.Condition)) {
	role := p.Type == eval.Role || p.Type == eval.Session
	fact := func(operator string, ids []string) (out []policy.Condition) {
		if !n.asks("aws:userid") || len(ids) == 0 {
			return nil
		}
		out = append(out, condition(operator, "aws:userid", ids...))
		return out
	}
	values := slices.Clone(ids)
	if role {
		for i := range values {
			values[i] += ":*"
		}
	}
	add(p, fact("StringNotLike", values)...)
	for i, id := range ids {
		p.UserID = id
		if role {
			p.UserID += ":example"
		}
		add(p, fact("StringLike", values[i:i+1])...)
	}
}
