package verdict

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/principal"
	"github.com/ringfence/ringfence/internal/trail"
)

// A principal is contested when it needs its third repair within an hour.
const (
	ContestedRepairs = 3
	ContestedWithin  = time.Hour
)

// Contested counts, in the calls that were lately made on a principal and in the change
// that was just repaired, those that took its boundary away or put another one in its
// place; each of them made a repair necessary. It returns nil for fewer than
// [ContestedRepairs] of them. This tells a story only: who the callers are decides
// nothing.
func Contested(change trail.Change, calls []trail.Raw, ref principal.Ref, required string, now time.Time) *finding.Contested {
	c := finding.Contested{Repairs: 1, Since: change.Time, Actors: finding.Strings{change.Actor.String()}}
	if !unbounds(change.Name) { // it only brought to light what another call has done
		c.Repairs, c.Actors = 0, nil
	}
	seen := map[string]bool{change.EventID: true}
	for _, call := range calls {
		if seen[call.EventID] || call.Failed() || now.Sub(call.Time) > ContestedWithin || !removes(call, ref, required) {
			continue
		}
		seen[call.EventID] = true
		c.Repairs++
		if call.Time.Before(c.Since) {
			c.Since = call.Time
		}
		if actor := call.Actor.String(); !slices.Contains(c.Actors, actor) {
			c.Actors = append(c.Actors, actor)
		}
	}
	if c.Repairs < ContestedRepairs {
		return nil
	}
	return &c
}

// unbounds reports whether a call of that name, after which a repair was necessary, is
// what made it so. A policy that was attached to a role, or the second look at one, is
// not: whoever attached it is not to be blamed for a boundary that was off already.
func unbounds(name string) bool {
	switch name {
	case "CreateRole", "CreateUser":
		return true
	}
	return strings.HasSuffix(name, "PermissionsBoundary")
}

// removes reports whether a call left a principal with another boundary than the
// required one, or with none.
func removes(call trail.Raw, ref principal.Ref, required string) bool {
	var request struct{ RoleName, UserName, PermissionsBoundary string }
	if json.Unmarshal(call.Request, &request) != nil {
		return false
	}
	switch call.Name {
	case "DeleteRolePermissionsBoundary", "DeleteUserPermissionsBoundary":
	case "PutRolePermissionsBoundary", "PutUserPermissionsBoundary":
		if request.PermissionsBoundary == required || request.PermissionsBoundary == quarantine(ref) {
			return false
		}
	default:
		return false
	}
	if ref.Kind == principal.Role {
		return request.RoleName == ref.Name
	}
	return request.UserName == ref.Name
}
