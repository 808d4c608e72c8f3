package eval

import (
	"slices"
	"strings"
)

// Context is the request context: condition keys and their values. Keys are not
// case-sensitive. The zero Context is empty. A key with no values counts as missing.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
type Context struct {
	entries []entry
}

type entry struct {
	key    string // in lower case
	values []string
}

// NewContext makes a context from keys and their values. Keys that differ by case
// alone are one key with the values of both.
func NewContext(keys map[string][]string) Context {
	var c Context
	names := make([]string, 0, len(keys))
	for key := range keys {
		names = append(names, key)
	}
	slices.Sort(names)
	for _, key := range names {
		c.Add(key, keys[key]...)
	}
	return c
}

// Add adds values to a key. It must not be called once the context is in use.
func (c *Context) Add(key string, values ...string) {
	key = strings.ToLower(key)
	for i := range c.entries {
		if c.entries[i].key == key {
			c.entries[i].values = append(slices.Clip(c.entries[i].values), values...)
			return
		}
	}
	c.entries = append(c.entries, entry{key, values})
}

// With is the context with other values for a key.
func (c *Context) With(key string, values ...string) Context {
	key = strings.ToLower(key)
	out := Context{entries: slices.DeleteFunc(slices.Clone(c.entries), func(e entry) bool { return e.key == key })}
	out.Add(key, values...)
	return out
}

// Lookup gives the values of a key, none where it is missing.
func (c *Context) Lookup(key string) []string { return c.lookup(strings.ToLower(key)) }

func (c *Context) lookup(key string) []string {
	for i := range c.entries {
		if c.entries[i].key == key {
			return c.entries[i].values
		}
	}
	return nil
}
