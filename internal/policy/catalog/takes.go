package catalog

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/wildcard"
)

// Takes reports whether AWS documents that an action can be on a resource: an ARN, or *, which every action
// can be on. Of an action that AWS does not document, it reports whether its service has actions on ARNs of
// the same service. Where AWS documents nothing of the service, it is true.
//
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func Takes(action, resource string) bool {
	if resource == "*" {
		return true
	}
	if a, ok := Lookup(action); ok {
		return slices.ContainsFunc(a.Resources(), func(pattern string) bool { return wildcard.Match(pattern, resource) })
	}
	service, _, _ := strings.Cut(action, ":")
	actions := Actions(service)
	return len(actions) == 0 || slices.ContainsFunc(actions, func(a Action) bool {
		return slices.ContainsFunc(a.Resources(), func(pattern string) bool {
			return wildcard.Match(serviceOf(pattern), serviceOf(resource))
		})
	})
}

// serviceOf is the service of an ARN or of a pattern of ARNs.
func serviceOf(arn string) string {
	if fields := strings.SplitN(arn, ":", 4); len(fields) == 4 {
		return fields[2]
	}
	return "*"
}
