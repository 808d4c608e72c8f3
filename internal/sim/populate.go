package sim

import (
	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// specials are roles that Ringfence must never write to, by path and name.
var specials = [][2]string{
	{"/team/", exempt},
	{"/aws-service-role/ecs.amazonaws.com/", "team-AWSServiceRoleForECS"},
	{"/aws-reserved/sso.amazonaws.com/", "AWSReservedSSO_Admin_0123456789abcdef"},
}

// populate creates the account before the story: every principal is inside.
func (w *World) populate() {
	_ = w.account.Edit(func(tx *iam.Tx) error {
		for _, name := range []string{"team", "dev"} {
			tx.PutPolicy(tx.NewPolicy("/", name, documents[name]))
		}
		for _, name := range customs {
			tx.PutPolicy(tx.NewPolicy("/", "x-"+name, documents[name]))
		}
		for _, name := range userNames {
			w.truth.users.add(name)
		}
		tx.PutGroup(tx.NewGroup("/", groupName))
		for i, name := range userNames[:4] {
			u := tx.NewUser(paths[i%3], name)
			w.prepare(&u.Entity)
			tx.PutUser(u)
			w.truth.users.add(name)
		}
		for i, name := range roleNames[:4] {
			r := tx.NewRole(paths[(i+1)%3], name)
			w.prepare(&r.Entity)
			tx.PutRole(r)
			w.truth.roles.add(name)
		}
		for _, special := range specials {
			name := special[1]
			r := tx.NewRole(special[0], name)
			r.Tags = []iam.Tag{{Key: "group", Value: "team"}}
			tx.PutRole(r)
			w.truth.roles.add(name)
		}
		return nil
	})
	w.look(nil)
}

// prepare gives a principal its tag, some permissions, and the required boundary.
func (w *World) prepare(e *iam.Entity) {
	d := roll(w.Seed, "prepare", e.Name)
	if v := one(d, "team", "dev", ""); v != "" {
		e.Tags = []iam.Tag{{Key: "group", Value: v}}
	}
	if d.chance(400) {
		e.Inline = map[string]string{"extra": documents["admin"]}
	}
	if r := w.ruleFor(e); r != nil {
		e.Boundary = policyARN(r.boundary)
	} else if d.chance(300) {
		e.Boundary = policyARN("x-" + one(d, customs...))
	}
}
