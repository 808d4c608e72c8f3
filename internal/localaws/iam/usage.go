package iam

// usage counts how often each managed policy is attached and how often it is a boundary.
type usage struct{ attached, boundary map[string]int32 }

// usage returns the usage in the state that the call sees. The current one is stored: every read
// of a policy needs it, and an account may have tens of thousands of entities.
func (tx *Tx) usage() usage {
	present := tx.seq == tx.Account.seq
	if present && tx.uses != nil {
		return *tx.uses
	}
	u := usage{map[string]int32{}, map[string]int32{}}
	for e := range tx.entities() {
		u.count(e, 1)
	}
	if present {
		tx.uses = &u
	}
	return u
}

func (u usage) count(e *Entity, by int32) {
	if e == nil {
		return
	}
	for _, arn := range e.Attached {
		u.attached[arn] += by
	}
	if e.Boundary != "" {
		u.boundary[e.Boundary] += by
	}
}

// recount updates the stored usage when a write replaces old with now.
func (tx *Tx) recount(old, now any) {
	if tx.uses != nil {
		tx.uses.count(entityOf(old), -1)
		tx.uses.count(entityOf(now), 1)
	}
}

// entityOf returns the common fields of a user, role or group, or nil for other values.
func entityOf(value any) *Entity {
	switch x := value.(type) {
	case *User:
		if x != nil {
			return &x.Entity
		}
	case *Role:
		if x != nil {
			return &x.Entity
		}
	case *Group:
		if x != nil {
			return &x.Entity
		}
	}
	return nil
}
