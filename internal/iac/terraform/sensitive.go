package terraform

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// marks are what before_sensitive and after_sensitive mark: true, or a structure like that of the
// values, in which true stands for what is sensitive.
// https://developer.hashicorp.com/terraform/internals/json-format#change-representation
type marks struct{ of any }

// marksOf reads marks. In a form that is not known, they mark everything.
func marksOf(raw json.RawMessage) marks {
	var of any
	if len(raw) > 0 && json.Unmarshal(raw, &of) != nil {
		return marks{true}
	}
	switch of.(type) {
	case nil, bool, map[string]any:
		return marks{of}
	}
	return marks{true}
}

// on reports whether an attribute, or a part of it, is sensitive.
func (m marks) on(name string) bool {
	switch of := m.of.(type) {
	case bool:
		return of
	case map[string]any:
		return isMarked(of[name])
	}
	return false
}

// isMarked reports whether marks in a form that is known mark anything. Others do.
func isMarked(v any) bool {
	switch v.(type) {
	case nil, bool, []any, map[string]any:
		return containsTrue(v)
	}
	return true
}

// texts returns the texts among the values that are marked.
func (m marks) texts(of attributes) (all []string) {
	for name, raw := range of {
		if !m.on(name) {
			continue
		}
		var v any
		if json.Unmarshal(raw, &v) != nil {
			continue
		}
		var marks any = true
		if each, ok := m.of.(map[string]any); ok {
			marks = each[name]
		}
		all = marked(v, marks, all)
		if tags, ok := v.(map[string]any); ok && strings.HasPrefix(name, "tags") {
			if _, each := marks.(map[string]any); !each {
				all = slices.AppendSeq(all, maps.Keys(tags)) // as the whole map is sensitive
			}
		}
	}
	return all
}

// marked adds the texts in a value that are marked.
func marked(v, marks any, all []string) []string {
	if isTrue, ok := marks.(bool); ok && !isTrue || marks == nil {
		return all
	}
	switch v := v.(type) {
	case string:
		return append(all, v)
	case []any:
		each, listed := marks.([]any)
		for i, one := range v {
			switch {
			case !listed:
				all = marked(one, true, all)
			case i < len(each):
				all = marked(one, each[i], all)
			}
		}
	case map[string]any:
		each, named := marks.(map[string]any)
		for key, one := range v {
			if named {
				all = marked(one, each[key], all)
			} else {
				all = marked(one, true, all)
			}
		}
	}
	return all
}
