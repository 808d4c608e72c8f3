package iam

import (
	"time"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// Tx is one call's access to an account. The entities that it returns are shared: change a clone
// and write it with a Put method, or use the Edit methods.
type Tx struct {
	*Account
	// Time is the time of the call.
	Time time.Time
	// Caller is the caller of an API call.
	Caller wire.Caller

	seq   uint64
	wrote bool
}

// User returns the user with a name, or nil. Case does not matter.
func (tx *Tx) User(name string) *User { return tx.users.get(tx.seq, key(name)) }

// Role returns the role with a name, or nil.
func (tx *Tx) Role(name string) *Role { return tx.roles.get(tx.seq, key(name)) }

// Group returns the group with a name, or nil.
func (tx *Tx) Group(name string) *Group { return tx.groups.get(tx.seq, key(name)) }

// Policy returns the managed policy with an ARN, or nil. The path must match too.
func (tx *Tx) Policy(arn string) *Policy {
	if p := tx.policies.get(tx.seq, tx.policyKey(arn)); p != nil && p.ARN == arn {
		return p
	}
	return nil
}

// PutUser writes a user under its name. The caller must not change it afterwards.
func (tx *Tx) PutUser(u *User) { put(tx, &tx.users, key(u.Name), u) }

// PutRole writes a role under its name.
func (tx *Tx) PutRole(r *Role) { put(tx, &tx.roles, key(r.Name), r) }

// PutGroup writes a group under its name.
func (tx *Tx) PutGroup(g *Group) { put(tx, &tx.groups, key(g.Name), g) }

// PutPolicy writes a managed policy under its name.
func (tx *Tx) PutPolicy(p *Policy) { put(tx, &tx.policies, tx.policyKey(p.ARN), p) }

// RemoveUser deletes a user with everything that belongs to it.
func (tx *Tx) RemoveUser(name string) { put[User](tx, &tx.users, key(name), nil) }

// RemoveRole deletes a role.
func (tx *Tx) RemoveRole(name string) { put[Role](tx, &tx.roles, key(name), nil) }

// RemoveGroup deletes a group and removes its members from it.
func (tx *Tx) RemoveGroup(name string) {
	for _, user := range tx.users.all(tx.seq) {
		if i := index(user.Groups, key(name)); i >= 0 {
			c := user.clone()
			c.Groups = append(c.Groups[:i], c.Groups[i+1:]...)
			tx.PutUser(c)
		}
	}
	put[Group](tx, &tx.groups, key(name), nil)
}

// RemovePolicy deletes a managed policy.
func (tx *Tx) RemovePolicy(arn string) {
	if p := tx.Policy(arn); p != nil {
		put[Policy](tx, &tx.policies, tx.policyKey(p.ARN), nil)
	}
}

func put[T any](tx *Tx, t *table[T], key string, value *T) {
	tx.wrote = true
	tx.recount(t.get(tx.seq, key), value)
	t.put(tx.seq, key, value)
}

// EditUser changes a copy of a user and writes it, unless f returns an error.
func (tx *Tx) EditUser(name string, f func(*User) error) error {
	old := tx.User(name)
	if old == nil {
		return notFound(KindUser, name)
	}
	c := old.clone()
	if err := f(c); err != nil {
		return err
	}
	tx.PutUser(c)
	return nil
}

// EditRole changes a copy of a role and writes it, unless f returns an error.
func (tx *Tx) EditRole(name string, f func(*Role) error) error {
	old := tx.Role(name)
	if old == nil {
		return notFound(KindRole, name)
	}
	c := old.clone()
	if err := f(c); err != nil {
		return err
	}
	tx.PutRole(c)
	return nil
}

// EditPolicy changes a copy of a managed policy and writes it, unless f returns an error.
func (tx *Tx) EditPolicy(arn string, f func(*Policy) error) error {
	old := tx.Policy(arn)
	if old == nil {
		return policyNotFound(arn)
	}
	c := old.clone()
	if err := f(c); err != nil {
		return err
	}
	tx.PutPolicy(c)
	return nil
}

// Entity returns the common fields of a user, role or group, or nil.
func (tx *Tx) Entity(kind Kind, name string) *Entity {
	switch kind {
	case KindUser:
		if u := tx.User(name); u != nil {
			return &u.Entity
		}
	case KindRole:
		if r := tx.Role(name); r != nil {
			return &r.Entity
		}
	case KindGroup:
		if g := tx.Group(name); g != nil {
			return &g.Entity
		}
	}
	return nil
}

// EditEntity changes a copy of a user, role or group and writes it, unless f returns an error.
func (tx *Tx) EditEntity(kind Kind, name string, f func(*Entity) error) error {
	switch kind {
	case KindUser:
		return tx.EditUser(name, func(u *User) error { return f(&u.Entity) })
	case KindRole:
		return tx.EditRole(name, func(r *Role) error { return f(&r.Entity) })
	default:
		old := tx.Group(name)
		if old == nil {
			return notFound(KindGroup, name)
		}
		c := old.clone()
		if err := f(&c.Entity); err != nil {
			return err
		}
		tx.PutGroup(c)
		return nil
	}
}

// ARNOf returns the ARN of a resource of this account, such as role/dev/app.
func (tx *Tx) ARNOf(resource, path, name string) string {
	return "arn:" + tx.Partition + ":iam::" + tx.ID + ":" + resource + path + name
}
