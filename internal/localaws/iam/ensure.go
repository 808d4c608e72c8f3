package iam

import (
	"strings"

	"github.com/ringfence/ringfence/internal/principal"
)

// The Ensure methods put in place what something else presupposes, without rules and
// without an event. Each reports whether it had to.

// EnsureUser makes sure that a user exists; an empty path means any.
func (tx *Tx) EnsureUser(path, name string) bool {
	if tx.User(name) != nil {
		return false
	}
	tx.PutUser(tx.NewUser(or(path, "/"), name))
	return true
}

// EnsureRole makes sure that a role exists. One with an unknown trust policy trusts
// nobody.
func (tx *Tx) EnsureRole(path, name string) bool {
	if tx.Role(name) != nil {
		return false
	}
	r := tx.NewRole(or(path, "/"), name)
	r.Trust = `{"Version":"2012-10-17","Statement":[]}`
	tx.PutRole(r)
	return true
}

// EnsureGroup makes sure that a group exists.
func (tx *Tx) EnsureGroup(path, name string) bool {
	if tx.Group(name) != nil {
		return false
	}
	tx.PutGroup(tx.NewGroup(or(path, "/"), name))
	return true
}

// EnsurePolicy makes sure that a managed policy exists under the ARN; a policy of
// that name in another path gives way. An empty document is one that nobody knows:
// GetPolicyVersion refuses to give it, since whatever it answered would be a guess.
// What is no policy's ARN is ignored.
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

// EnsureEntity makes sure that a user, role or group exists.
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

// Decode gives a policy document in plain JSON, however it is encoded.
func Decode(document string) string { return strings.TrimSpace(decode(document)) }
