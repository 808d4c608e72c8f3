package apply

import (
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// presupposed holds the users and roles that are not fully known yet from records or state, by
// kind and name.
type presupposed map[string]unknown

// unknown says what is unknown about a principal that was created as assumed. It got no boundary,
// and no path or tags.
type unknown struct{ boundary, place bool }

// bound notes that the boundary of a principal is known.
func (p presupposed) bound(key string) {
	if u, ok := p[key]; ok {
		u.boundary = false
		p[key] = u
	}
}

func (p presupposed) move(from, to string) {
	if from != to {
		u, ok := p[from]
		delete(p, from)
		delete(p, to)
		if ok {
			p[to] = u
		}
	}
}

// Presupposed reports whether the boundary, and the path and tags, of a user or role that the log
// presupposes are still unknown.
func (l *Log) Presupposed(kind iam.Kind, name string) (boundary, place bool) {
	u := l.presupposed[entityKey(kind, name)]
	return u.boundary, u.place
}

// Presuppose marks the boundary of a user or role in the account as unknown, and removes it.
func (l *Log) Presuppose(kind iam.Kind, name string) {
	_ = l.account.Edit(func(tx *iam.Tx) error {
		return tx.EditEntity(kind, name, func(e *iam.Entity) error {
			e.Boundary, l.presupposed[entityKey(kind, name)] = "", unknown{boundary: true}
			return nil
		})
	})
}

// reservedPath returns the path for a role that the log presupposes and of which only the name is
// known. If the name is like that of an AWS service's role, the path is the one that IAM reserves
// for such roles. Where the path can be read, a name proves nothing. Here it cannot, and nearly
// all roles with such names belong to the services.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html
// https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func reservedPath(role string) string {
	switch {
	case strings.HasPrefix(role, "AWSReservedSSO_"):
		return "/aws-reserved/sso.amazonaws.com/"
	case strings.HasPrefix(role, "AWSServiceRoleFor"):
		return "/aws-service-role/"
	}
	return ""
}
