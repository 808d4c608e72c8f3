package expr

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// Update is a parsed UpdateExpression.
type Update struct {
	request *Request
	parsed  *parsed[update]
}

// Update parses an UpdateExpression; nil changes nothing.
func (r *Request) Update(text *string) (Update, error) {
	if text == nil {
		return Update{}, nil
	}
	const parameter = "UpdateExpression"
	found, err := updates.get(r, parameter, *text)
	if err != nil {
		return Update{}, err
	}
	if err := found.tree.check(r); err != nil {
		return Update{}, in(parameter, err)
	}
	return Update{r, found}, nil
}

// Touches reports whether the update changes an attribute, or a part of it.
func (u Update) Touches(attribute string) bool {
	return u.parsed != nil && slices.ContainsFunc(u.parsed.tree.paths, func(p path) bool {
		return u.request.name(p[0]) == attribute
	})
}

// Touched returns the parts of an item, old or new, that the update names.
func (u Update) Touched(item value.Item) value.Item {
	if u.parsed == nil {
		return nil
	}
	return Projection{u.request, u.parsed.tree.paths}.Of(item)
}

// Apply returns the updated item. The old item does not change, and shares its unchanged parts.
// All SETs see the old item.
func (u Update) Apply(item value.Item) (value.Item, error) {
	out := maps.Clone(item)
	if u.parsed == nil {
		return out, nil
	}
	r, tree := u.request, u.parsed.tree
	to := make([]types.AttributeValue, len(tree.sets))
	for i, s := range tree.sets {
		v, err := s.to.make(r, item)
		if err != nil {
			return nil, err
		}
		to[i] = v
	}
	for _, i := range r.inOrder(tree) {
		if err := r.edit(out, tree.sets[i].path, func(types.AttributeValue) (types.AttributeValue, error) { return to[i], nil }); err != nil {
			return nil, err
		}
	}
	for _, c := range tree.adds {
		if err := r.edit(out, c.path, func(old types.AttributeValue) (types.AttributeValue, error) {
			return grow(old, r.values[string(c.by)])
		}); err != nil {
			return nil, err
		}
	}
	for _, c := range r.lessening(tree) {
		if err := r.edit(out, c.path, func(old types.AttributeValue) (types.AttributeValue, error) {
			return shrink(old, r.values[string(c.by)])
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inOrder returns the order of the SETs: values past a list's end must be added in the order of
// their indexes.
func (r *Request) inOrder(u update) []int {
	order := make([]int, len(u.sets))
	for i := range order {
		order[i] = i
	}
	if u.listed {
		slices.SortStableFunc(order, func(a, b int) int { return r.compare(u.sets[a].path, u.sets[b].path) })
	}
	return order
}

// lessening returns the DELETEs and REMOVEs, which can shorten lists, from the last element to the
// first: an index refers to the list before the update. A REMOVE has no value.
func (r *Request) lessening(u update) []change {
	all := slices.Clone(u.deletes)
	for _, p := range u.removes {
		all = append(all, change{path: p})
	}
	if u.listed {
		slices.SortStableFunc(all, func(a, b change) int { return r.compare(b.path, a.path) })
	}
	return all
}
