package iam

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// The Ensure methods create what another record or entity refers to, without checks and without an
// event. Each reports whether it created something.

// EnsureUser creates a user if it does not exist. If it exists, its path may differ.
func (tx *Tx) EnsureUser(path, name string) bool {
	if tx.User(name) != nil {
		return false
	}
	tx.PutUser(tx.NewUser(or(path, "/"), name))
	return true
}

// EnsureRole creates a role if it does not exist. Its unknown trust policy trusts no principal.
func (tx *Tx) EnsureRole(path, name string) bool {
	if tx.Role(name) != nil {
		return false
	}
	r := tx.NewRole(or(path, "/"), name)
	r.Trust = `{"Version":"2012-10-17","Statement":[]}`
	tx.PutRole(r)
	return true
}

// EnsureGroup creates a group if it does not exist.
func (tx *Tx) EnsureGroup(path, name string) bool {
	if tx.Group(name) != nil {
		return false
	}
	tx.PutGroup(tx.NewGroup(or(path, "/"), name))
	return true
}

// EnsurePolicy creates a managed policy with the ARN if it does not exist. It replaces a policy of
// that name in another path. An empty document is unknown: GetPolicyVersion refuses to return it,
// because any answer would be a guess. An ARN that is not a policy's is ignored.
func (tx *Tx) EnsurePolicy(arn, document string) bool {
	ref, err := principal.ParsePolicy(arn)
	if err != nil || tx.Policy(arn) != nil {
		return false
	}
	if ref.Account == principal.AWSManaged {
		tx.PutPolicy(NewAWSManaged(arn, document))
		return true
	}
	p := tx.NewPolicy(ref.Path, ref.Name, document)
	p.ARN = arn
	tx.PutPolicy(p)
	return true
}

// EnsureEntity creates a user, role or group if it does not exist.
func (tx *Tx) EnsureEntity(kind Kind, name string) bool {
	switch kind {
	case KindUser:
		return tx.EnsureUser("", name)
	case KindRole:
		return tx.EnsureRole("", name)
	default:
		return tx.EnsureGroup("", name)
	}
}

// Decode returns a policy document as plain JSON, whether or not it is encoded.
func Decode(document string) string { return strings.TrimSpace(decode(document)) }
