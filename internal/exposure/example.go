package exposure

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// example returns a realistic request that a plain statement allows. It returns nil if there is
// none or finding one takes a search.
func example(h AccountScope, s policy.Statement) *finding.Witness {
	for _, action := range s.Action.Values {
		if strings.ContainsAny(action, "*?") {
			continue
		}
		for _, pattern := range s.Resource.Values {
			if strings.Contains(pattern, "${") {
				continue
			}
			if resource := h.exampleOf(pattern); possible(action, resource) {
				return &finding.Witness{Action: action, Resource: resource, Context: map[string][]string{}}
			}
			known, _ := catalog.Lookup(action)
			for _, of := range known.Resources() {
				if resource := h.exampleOf(within(of, pattern)); wildcard.Match(pattern, resource) && possible(action, resource) {
					return &finding.Witness{Action: action, Resource: resource, Context: map[string][]string{}}
				}
			}
		}
	}
	return nil
}

// possible reports whether an action can be requested on a resource. A statement may combine
// them wrongly: one with s3:GetObject and iam:GetRole allows s3:GetObject on the ARN of a role,
// which no object has. An action missing from the catalogue is possible only on a resource of
// its service.
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func possible(action, resource string) bool {
	a, known := catalog.Lookup(action)
	switch {
	case resource == "*":
		return true
	case !known:
		service, _, _ := strings.Cut(action, ":")
		part := strings.SplitN(resource, ":", 6)
		return len(part) == 6 && strings.EqualFold(part[2], service)
	}
	return slices.ContainsFunc(a.Resources(), func(pattern string) bool { return wildcard.Match(pattern, resource) })
}

// isKnownAction reports whether AWS has an action. If no known action fits, the search invents
// a name: that proves that something is blocked, but is not an example for people.
func isKnownAction(action string) bool {
	_, known := catalog.Lookup(action)
	return known
}

// within returns the pattern of a resource type, with the region and account of another pattern
// where that is more specific.
func within(pattern, other string) string {
	part, more := strings.SplitN(pattern, ":", 6), strings.SplitN(other, ":", 6)
	for i := 1; i < len(part)-1 && i < len(more)-1; i++ {
		if part[i] == "*" && !strings.ContainsAny(more[i], "*?") {
			part[i] = more[i]
		}
	}
	return strings.Join(part, ":")
}

// exampleOf returns a resource that a pattern matches.
func (h AccountScope) exampleOf(pattern string) string {
	part := strings.SplitN(pattern, ":", 6)
	if len(part) != 6 {
		return pattern
	}
	for i, value := range []string{"", h.Partition, "", "us-east-1", h.Account} {
		if part[i] == "*" && value != "" {
			part[i] = value
		}
	}
	return strings.NewReplacer("*", "example", "?", "x").Replace(strings.Join(part, ":"))
}
