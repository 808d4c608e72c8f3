package exposure

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
)

// Most statements of identity policies are plain: a boundary allows the whole service, or
// nothing of it. These need no search.

// cutPlain splits off the statements of a document that are plain under a boundary, and returns
// the rest and what the boundary blocks of the plain ones.
func cutPlain(h AccountScope, d, boundary *policy.Document) (rest *policy.Document, c Cut) {
	c.Known = true
	rest = &policy.Document{Version: d.Version}
	for _, s := range d.Statements {
		services, plain := servicesOf(s)
		whole := plain && !slices.ContainsFunc(services, func(service string) bool { return !allowsService(boundary, service) })
		switch {
		case whole:
		case plain && len(s.Conditions) == 0 && !slices.ContainsFunc(services, func(service string) bool { return mentionsService(boundary, service, policy.Allow) }):
			c.Services = append(c.Services, services...)
			if w := example(h, s); w != nil {
				c.Witnesses = append(c.Witnesses, w)
			}
		default:
			rest.Statements = append(rest.Statements, s)
		}
	}
	return rest, c
}

// servicesOf returns the services of the actions that a statement allows, in lower case; plain
// is false if not all of them are named.
func servicesOf(s policy.Statement) (services []string, plain bool) {
	if s.Effect != policy.Allow || s.Action.Not || s.Resource.Not || len(s.Action.Values) == 0 || len(s.Resource.Values) == 0 {
		return nil, false
	}
	for _, a := range s.Action.Values {
		service, name, ok := strings.Cut(a, ":")
		if !ok || service == "" || name == "" || strings.ContainsAny(service, "*?") {
			return nil, false
		}
		if service = strings.ToLower(service); !slices.Contains(services, service) {
			services = append(services, service)
		}
	}
	return services, true
}

// allowsService reports whether a boundary allows everything of a service.
func allowsService(boundary *policy.Document, service string) bool {
	if mentionsService(boundary, service, policy.Deny) {
		return false
	}
	return slices.ContainsFunc(boundary.Statements, func(s policy.Statement) bool {
		return s.Effect == policy.Allow && !s.Action.Not && !s.Resource.Not && len(s.Conditions) == 0 &&
			slices.Contains(s.Resource.Values, "*") &&
			slices.ContainsFunc(s.Action.Values, func(a string) bool { return a == "*" || strings.EqualFold(a, service+":*") })
	})
}

// mentionsService reports whether a statement with this effect may be about a service.
func mentionsService(d *policy.Document, service string, effect policy.Effect) bool {
	return slices.ContainsFunc(d.Statements, func(s policy.Statement) bool {
		return s.Effect == effect && (s.Action.Not || slices.ContainsFunc(s.Action.Values, func(a string) bool {
			named, _, _ := strings.Cut(a, ":")
			return strings.ContainsAny(named, "*?$") || strings.EqualFold(named, service)
		}))
	})
}
