package apply

import (
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// presupposed are the users and roles of which no record and no state has told everything yet,
// by kind and name.
type presupposed map[string]unknown

// unknown says what is not known of a principal that was put in place: its boundary, which it
// was given none of, and its path and tags, which it was given none of either.
type unknown struct{ boundary, place bool }

// bound notes that the boundary of a principal is told.
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

// Presupposed reports of a user or role that the log presupposes whether it is not known yet
// what boundary it carries, and in which path and with which tags it is.
func (l *Log) Presupposed(kind iam.Kind, name string) (boundary, place bool) {
	u := l.presupposed[entityKey(kind, name)]
	return u.boundary, u.place
}

// Presuppose says of a user or role that is in the account that its boundary is not known. It
// is taken away.
func (l *Log) Presuppose(kind iam.Kind, name string) {
	_ = l.account.Edit(func(tx *iam.Tx) error {
		return tx.EditEntity(kind, name, func(e *iam.Entity) error {
			e.Boundary, l.presupposed[entityKey(kind, name)] = "", unknown{boundary: true}
			return nil
		})
	})
}

// reservedPath is where a role is put that the log presupposes and of which it knows the name
// alone: below a path that IAM keeps for its services where the name is one of theirs. A name
// proves nothing where the path can be read; here it cannot, and nearly all roles of such
// names are the services' own.
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
