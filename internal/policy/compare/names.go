package compare

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/eval"
	"github.com/ringfence/ringfence/internal/principal"
)

// namedPrincipals are the principals that documents name, in Principal elements and in conditions, and the condition
// keys that they ask for.
type namedPrincipals struct {
	accounts                                 []string
	users, roles, sessions, federated        []eval.Principal
	services, providers, userIDs, sessionIDs []string
	originAccess                             []string // identities of CloudFront
	keys                                     []string // in lower case
	// spares is true if a Deny has NotPrincipal: then a permissions boundary matters.
	spares bool
}

// namesIn collects the names of documents.
func namesIn(documents []*Compiled) *namedPrincipals {
	n := &namedPrincipals{}
	for _, c := range documents {
		for i := range c.document.Statements {
			n.add(&c.document.Statements[i], c.document.Version)
		}
	}
	for _, list := range []*[]string{&n.accounts, &n.services, &n.providers, &n.userIDs, &n.sessionIDs, &n.originAccess, &n.keys} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	for _, list := range []*[]eval.Principal{&n.users, &n.roles, &n.sessions, &n.federated} {
		slices.SortFunc(*list, func(a, b eval.Principal) int { return strings.Compare(a.ARN, b.ARN) })
		*list = slices.Compact(*list)
	}
	return n
}

func (n *namedPrincipals) add(s *policy.Statement, v policy.Version) {
	for key := range s.Keys(v) {
		n.keys = append(n.keys, strings.ToLower(key))
	}
	for i := range s.Conditions {
		c := &s.Conditions[i]
		key := strings.ToLower(c.Key)
		for _, text := range c.Values {
			switch {
			case key == "aws:principalaccount" && principal.IsAccount(text):
				n.accounts = append(n.accounts, text)
			case key == "aws:principalarn":
				if part := strings.SplitN(text, ":", 6); len(part) == 6 && principal.IsAccount(part[4]) {
					n.accounts = append(n.accounts, part[4])
				}
			case key == "aws:principalservicename" && !strings.ContainsAny(text, "*?$"):
				n.services = append(n.services, text)
			}
		}
	}
	if s.Principal == nil {
		return
	}
	n.spares = n.spares || s.Principal.Not && s.Effect == policy.Deny
	for _, block := range s.Principal.Blocks {
		for _, text := range block.Values {
			n.name(block.Type, text)
		}
	}
}

// name adds a principal of a Principal element.
func (n *namedPrincipals) name(t policy.PrincipalType, text string) {
	switch {
	case text == "*":
	case t == policy.PrincipalService:
		n.services = append(n.services, text)
	case t == policy.PrincipalFederated:
		n.providers = append(n.providers, text)
	case t != policy.PrincipalAWS:
	case isID(text):
		// AIDA… is a user and AROA… a role; of others it is not known.
		if !strings.HasPrefix(text, "AROA") {
			n.userIDs = append(n.userIDs, text)
		}
		if !strings.HasPrefix(text, "AIDA") {
			n.sessionIDs = append(n.sessionIDs, text)
		}
	case isOriginAccess(text):
		n.originAccess = append(n.originAccess, text)
	default:
		p, err := eval.ParsePrincipal(text)
		if err != nil {
			return
		}
		n.accounts = append(n.accounts, p.Account)
		switch p.Type {
		case eval.User:
			n.users = append(n.users, p)
		case eval.Role:
			n.roles = append(n.roles, p)
		case eval.Session:
			n.sessions = append(n.sessions, p)
		case eval.Federated:
			n.federated = append(n.federated, p)
		}
	}
}

// asks reports whether the documents ask for a condition key.
func (n *namedPrincipals) asks(key string) bool { return slices.Contains(n.keys, key) }

// mostPrincipals is how many classes of principals are compared.
const mostPrincipals = 4000

// tooMany reports whether there would be more classes, about.
func (n *namedPrincipals) tooMany() bool {
	ids := 1 + len(n.userIDs) + len(n.sessionIDs)
	return (len(n.users)+len(n.roles)+len(n.sessions)+2*len(n.accounts))*ids+(len(n.users)+1)*(len(n.federated)+1) > mostPrincipals
}

// unnamed is an account that no document names.
func (n *namedPrincipals) unnamed() string {
	for _, account := range []string{"123456789012", "210987654321", "111122223333", "444455556666"} {
		if !slices.Contains(n.accounts, account) {
			return account
		}
	}
	account := []byte("100000000000")
	for i := len(account) - 1; slices.Contains(n.accounts, string(account)); i-- {
		for d := byte('0'); d <= '9' && slices.Contains(n.accounts, string(account)); d++ {
			account[i] = d
		}
	}
	return string(account)
}
