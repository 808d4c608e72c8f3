package exposure

import (
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/config"
	"github.com/ringfence/ringfence/internal/finding"
	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// example is a request that a plain statement allows, and that there can be; nil where that takes
// a search, or there is none.
func example(h Home, s policy.Statement) *finding.Witness {
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
				if resource := h.exampleOf(within(of, pattern)); config.Glob(pattern).Match(resource) && possible(action, resource) {
					return &finding.Witness{Action: action, Resource: resource, Context: map[string][]string{}}
				}
			}
		}
	}
	return nil
}

// possible reports whether an action can be asked for on a resource. That of a statement need not
// be: s3:GetObject beside iam:GetRole is also allowed on the ARN of a role, and no object has that.
// Of an action that is newer than the catalogue it is known only where the resource is of its service.
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
	return slices.ContainsFunc(a.Resources(), func(pattern string) bool { return config.Glob(pattern).Match(resource) })
}

// named reports whether AWS has an action. Where no action that is known fits, the search makes a
// name up: that shows that something is cut, and is no example to people.
func named(action string) bool {
	_, known := catalog.Lookup(action)
	return known
}

// within is the pattern of a type of resource, where another pattern says more of the region and
// the account.
func within(pattern, other string) string {
	part, more := strings.SplitN(pattern, ":", 6), strings.SplitN(other, ":", 6)
	for i := 1; i < len(part)-1 && i < len(more)-1; i++ {
		if part[i] == "*" && !strings.ContainsAny(more[i], "*?") {
			part[i] = more[i]
		}
	}
	return strings.Join(part, ":")
}

// exampleOf is a resource that a pattern matches.
func (h Home) exampleOf(pattern string) string {
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
