package terraform

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// configResource is a resource in the configuration, without its instances.
type configResource struct {
	// module is the address of its module without instance keys, "" for the root module.
	module      string
	provider    string
	expressions map[string]json.RawMessage
}

// references returns what the expression of an attribute refers to. Of a resource and one of its
// attributes, it returns the attribute.
func (c *configResource) references(attribute string) []string {
	if c == nil {
		return nil
	}
	var e struct {
		References []string `json:"references"`
	}
	if json.Unmarshal(c.expressions[attribute], &e) != nil {
		return nil // a nested block
	}
	return slices.DeleteFunc(e.References, func(ref string) bool {
		return slices.ContainsFunc(e.References, func(longer string) bool {
			return strings.HasPrefix(longer, ref+".") || strings.HasPrefix(longer, ref+"[")
		})
	})
}

// sets reports whether the configuration sets an attribute.
func (c *configResource) sets(attribute string) bool {
	if c == nil {
		return true // not known
	}
	raw, set := c.expressions[attribute]
	return set && string(raw) != "null"
}

// resources indexes the resources of a configuration by their address without instance keys.
func (m *configModule) resources(prefix string, into map[string]*configResource) {
	for _, r := range m.Resources {
		into[join(prefix, r.Address)] = &configResource{module: prefix, provider: r.ProviderConfigKey, expressions: r.Expressions}
	}
	for name, call := range m.ModuleCalls {
		call.Module.resources(join(prefix, "module."+name), into)
	}
}

func join(prefix, address string) string {
	if prefix == "" {
		return address
	}
	return prefix + "." + address
}

// key is an instance key, such as [0] or ["a"].
var key = regexp.MustCompile(`\[(?:[0-9]+|"(?:[^"\\]|\\.)*")\]`)

// withoutKeys returns an address without the keys of instances.
func withoutKeys(address string) string { return key.ReplaceAllString(address, "") }
