package terraform

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ringfence/ringfence/internal/iac"
)

// resource is one planned instance of a resource.
type resource struct {
	*resourceChange
	change iac.Change
	// unknown are the attributes that are known only after apply: true, or a structure in which
	// true stands for what is unknown.
	unknown attributes
	// all is set if nothing is known before apply.
	all bool
	// sensitive marks attributes as sensitive.
	sensitive marks
	// noDefaultTags is set if the provider adds no tags.
	noDefaultTags bool
	// config is the configuration of the resource, nil if the plan does not have it.
	config *configResource
}

// isUnknown reports whether a value, or a part of it, is known only after apply.
func isUnknown(raw json.RawMessage) bool {
	var v any
	return json.Unmarshal(raw, &v) == nil && containsTrue(v)
}

func containsTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		for _, one := range v {
			if containsTrue(one) {
				return true
			}
		}
	case map[string]any:
		for _, one := range v {
			if containsTrue(one) {
				return true
			}
		}
	}
	return false
}

// text returns an attribute. One that is null, and is not unknown, is absent.
func (r *resource) text(name string) iac.Value {
	v := r.plain(name)
	v.Sensitive = r.sensitive.on(name)
	return v
}

func (r *resource) plain(name string) iac.Value {
	if r.all || isUnknown(r.unknown[name]) {
		return iac.Unknown(r.afterApply(name))
	}
	return textOf(r.Change.After[name], name)
}

func textOf(raw json.RawMessage, name string) iac.Value {
	if len(raw) == 0 || string(raw) == "null" {
		return iac.Value{}
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return iac.Unknown(fmt.Sprintf("the plan has a value for %s that is not a string", name))
	}
	if s == "" {
		return iac.Value{} // the provider treats "" as not set
	}
	return iac.Known(s)
}

// afterApply says why an attribute is unknown.
func (r *resource) afterApply(name string) string {
	why := name + " is known only after apply"
	if refs := r.config.references(name); len(refs) > 0 {
		why += ": it depends on " + strings.Join(refs, ", ")
	}
	if name == "permissions_boundary" {
		why += "; apply what it depends on first, or write the ARN without a reference to a resource that does not exist yet"
	}
	return why
}

// texts returns an attribute that is a list of strings, and why it is not known.
func (r *resource) texts(name string) (list []string, unknown string) {
	if r.all || isUnknown(r.unknown[name]) {
		return nil, r.afterApply(name)
	}
	raw := r.Change.After[name]
	if len(raw) == 0 {
		return nil, ""
	}
	if json.Unmarshal(raw, &list) != nil {
		return nil, fmt.Sprintf("the plan has a value for %s that is not a list of strings", name)
	}
	return list, ""
}

// tags returns the tags, and why there may be more.
func (r *resource) tags() (tags map[string]iac.Value, unknown string) {
	// tags_all also has the default_tags of the provider. It is known only after apply if there are no
	// tags at all.
	name := "tags_all"
	if _, has := r.Change.After[name]; !has && (r.noDefaultTags || string(r.unknown[name]) != "true") {
		name = "tags"
	}
	if r.all || string(r.unknown[name]) == "true" {
		return nil, r.afterApply("tags")
	}
	var of attributes
	raw := r.Change.After[name]
	if len(raw) > 0 && json.Unmarshal(raw, &of) != nil {
		return nil, "the plan has a value for tags that is not an object"
	}
	tags = map[string]iac.Value{}
	for key, value := range of {
		tags[key] = textOf(value, "tag "+key)
		if tags[key].IsAbsent() {
			tags[key] = iac.Known("")
		}
	}
	var open attributes
	_ = json.Unmarshal(r.unknown[name], &open) // not an object if no tag is unknown
	for key, value := range open {
		if isUnknown(value) {
			tags[key] = iac.Unknown("the tag " + key + " is known only after apply")
		}
	}
	if r.sensitive.on(name) {
		for key, value := range tags {
			value.Sensitive = true
			tags[key] = value
		}
	}
	return tags, ""
}
