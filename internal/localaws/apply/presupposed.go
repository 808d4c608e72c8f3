package apply

import (
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// presupposed are the users and roles whose boundary no record and no state has told yet, by
// kind and name. They were put in place without one, which they need not have been.
type presupposed map[string]bool

func (p presupposed) move(from, to string) {
	if from != to {
		was := p[from]
		delete(p, from)
		delete(p, to)
		if was {
			p[to] = true
		}
	}
}

// Presupposed reports whether the boundary of a user or role is not known: the log
// presupposes the principal, and has not told yet what it carries.
func (l *Log) Presupposed(kind iam.Kind, name string) bool {
	return l.presupposed[entityKey(kind, name)]
}

// Presuppose says of a user or role that is in the account that its boundary is not known. It
// is taken away.
func (l *Log) Presuppose(kind iam.Kind, name string) {
	_ = l.account.Edit(func(tx *iam.Tx) error {
		return tx.EditEntity(kind, name, func(e *iam.Entity) error {
			e.Boundary, l.presupposed[entityKey(kind, name)] = "", true
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
