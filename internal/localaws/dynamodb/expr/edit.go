package expr

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

const errPath = value.Invalid("The document path provided in the update expression is invalid for update")

// become returns the new value for an old one. nil means no value, for both.
type become func(old types.AttributeValue) (types.AttributeValue, error)

// edit changes the value at a path. It changes the item's map but nothing inside: values along the
// path are replaced by copies.
func (r *Request) edit(item value.Item, at path, f become) error {
	name := r.name(at[0])
	v, err := r.step(item[name], at[1:], f)
	if err != nil {
		return err
	}
	put(item, name, v)
	return nil
}

func put(m value.Item, name string, v types.AttributeValue) {
	if v == nil {
		delete(m, name)
		return
	}
	m[name] = v
}

// step returns a copy of a value with the part at a path changed.
func (r *Request) step(v types.AttributeValue, at path, f become) (types.AttributeValue, error) {
	if len(at) == 0 {
		return f(v)
	}
	next := at[0]
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		if next.name == "" {
			return nil, errPath
		}
		inner, err := r.step(r.inside(v, next), at[1:], f)
		if err != nil {
			return nil, err
		}
		m := make(value.Item, len(v.Value)+1)
		maps.Copy(m, v.Value)
		put(m, r.name(next), inner)
		return &types.AttributeValueMemberM{Value: m}, nil
	case *types.AttributeValueMemberL:
		if next.name != "" {
			return nil, errPath
		}
		inner, err := r.step(r.inside(v, next), at[1:], f)
		if err != nil {
			return nil, err
		}
		return &types.AttributeValueMemberL{Value: replace(v.Value, next.index, inner)}, nil
	}
	return nil, errPath
}

// replace returns a list with an element replaced, appended if the index is past its end, or
// removed.
func replace(list []types.AttributeValue, i int, v types.AttributeValue) []types.AttributeValue {
	list = slices.Clone(list)
	switch {
	case i >= len(list) && v != nil:
		return append(list, v)
	case i >= len(list):
		return list
	case v == nil:
		return slices.Delete(list, i, i+1)
	}
	list[i] = v
	return list
}

// grow implements ADD: the sum of numbers, the union of sets.
func grow(old, by types.AttributeValue) (types.AttributeValue, error) {
	if old == nil {
		return by, nil
	}
	if _, ok := by.(*types.AttributeValueMemberN); ok {
		return sum("+", old, by)
	}
	return combine(old, by, func(x, y []string) []string {
		seen := members(x)
		all := slices.Clone(x)
		for _, e := range y {
			if !seen[e] {
				all = append(all, e)
			}
		}
		return all
	})
}

// shrink implements DELETE and, if by is nil, REMOVE. A set that becomes empty is removed.
func shrink(old, by types.AttributeValue) (types.AttributeValue, error) {
	if old == nil || by == nil {
		return nil, nil
	}
	return combine(old, by, func(x, y []string) []string {
		gone := members(y)
		return slices.DeleteFunc(slices.Clone(x), func(e string) bool { return gone[e] })
	})
}

func members(set []string) map[string]bool {
	in := make(map[string]bool, len(set))
	for _, e := range set {
		in[e] = true
	}
	return in
}

func combine(a, b types.AttributeValue, f func(x, y []string) []string) (types.AttributeValue, error) {
	x, okX := value.Elements(a)
	y, okY := value.Elements(b)
	if !okX || !okY || value.TypeOf(a) != value.TypeOf(b) {
		return nil, errType
	}
	return value.Set(value.TypeOf(a), f(x, y)), nil
}
