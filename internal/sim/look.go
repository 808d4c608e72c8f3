package sim

import (
	"time"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// look notes what a call changed.
func (w *World) look(by *adverse) {
	_ = w.account.View(iam.Lag{}, func(tx *iam.Tx) error {
		present := map[string]bool{}
		for _, name := range w.truth.users.all {
			if u := tx.User(name); u != nil {
				w.noticed(tx, &u.Entity, by, present)
			}
		}
		for _, name := range w.truth.roles.all {
			if r := tx.Role(name); r != nil {
				w.noticed(tx, &r.Entity, by, present)
			}
		}
		for _, r := range w.rules {
			key := "policy#" + accountID + "#" + policyARN(r.boundary)
			present[key] = true
			w.note(key, policyARN(r.boundary), r.boundary, true, w.judgePolicy(tx, r.boundary), by)
		}
		for _, key := range w.truth.keys {
			if t := w.truth.byKey[key]; !present[key] && !t.policy && t.last().exists {
				t.moments = append(t.moments, moment{time.Now(), state{}, by})
			}
		}
		return nil
	})
}

func (w *World) noticed(tx *iam.Tx, e *iam.Entity, by *adverse, present map[string]bool) {
	key := "principal#" + accountID + "#" + e.ID
	present[key] = true
	w.note(key, e.ARN, e.Name, false, w.judge(tx, e), by)
}

func (w *World) note(key, arn, name string, policy bool, s state, by *adverse) {
	t := w.truth.byKey[key]
	if t == nil {
		t = &subject{key: key, policy: policy}
		w.truth.byKey[key] = t
		w.truth.keys = append(w.truth.keys, key)
	}
	if t.name != name {
		t.names = append(t.names, naming{time.Now(), name})
	}
	t.arn, t.name = arn, name
	if by != nil && (by.name == name || by.name == arn) && !s.inside && s.scope {
		t.kept = append(t.kept, time.Now())
	}
	if len(t.moments) == 0 || t.last() != s {
		t.moments = append(t.moments, moment{time.Now(), s, by})
		if by != nil {
			t.calls = append(t.calls, by)
		}
	}
}
