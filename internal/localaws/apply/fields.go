package apply

import (
	"cmp"
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/iam"
)

// fields are the members of a JSON object in a record. A member may be missing or of an unexpected
// type; the latter counts as missing.
type fields map[string]any

func (f fields) text(name string) string {
	s, _ := f[name].(string)
	return s
}

func (f fields) flag(name string) bool {
	switch v := f[name].(type) {
	case bool:
		return v
	case string:
		return v == "true"
	}
	return false
}

func (f fields) number(name string) (int32, bool) {
	n, ok := f[name].(float64)
	return int32(n), ok
}

func (f fields) object(name string) fields {
	o, _ := f[name].(map[string]any)
	return o
}

// document returns a policy document as plain JSON; empty if unknown.
func (f fields) document(name string) string { return iam.Decode(f.text(name)) }

// tags reads [{key, value}] and skips other elements.
func (f fields) tags() []iam.Tag {
	list, _ := f["tags"].([]any)
	var tags []iam.Tag
	for _, element := range list {
		tag, _ := element.(map[string]any)
		if key := fields(tag).text("key"); key != "" {
			tags = append(tags, iam.Tag{Key: key, Value: fields(tag).text("value")})
		}
	}
	return setTags(nil, tags)
}

// setTags sets tags on top of others. Keys are compared without regard to case.
func setTags(old, set []iam.Tag) []iam.Tag {
	out := slices.Clone(old)
	for _, tag := range set {
		out = append(removeTags(out, []string{tag.Key}), tag)
	}
	slices.SortFunc(out, func(a, b iam.Tag) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

func removeTags(old []iam.Tag, keys []string) []iam.Tag {
	return slices.DeleteFunc(slices.Clone(old), func(t iam.Tag) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return iam.Key(k) == iam.Key(t.Key) })
	})
}

func (f fields) tagKeys() []string {
	list, _ := f["tagKeys"].([]any)
	var keys []string
	for _, element := range list {
		if s, ok := element.(string); ok {
			keys = append(keys, s)
		}
	}
	return keys
}
