package expr

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

var projections = newCache((*parser).projection)

// projection parses a list of paths.
func (p *parser) projection() []path {
	paths := []path{p.path()}
	for p.symbol(",") {
		paths = append(paths, p.path())
	}
	return paths
}

// Projection selects a part of each item.
type Projection struct {
	request *Request
	paths   []path
}

// Projection parses a ProjectionExpression; nil selects the whole item.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
func (r *Request) Projection(text *string) (Projection, error) {
	if text == nil {
		return Projection{}, nil
	}
	const parameter = "ProjectionExpression"
	found, err := projections.get(r, parameter, *text)
	if err != nil {
		return Projection{}, err
	}
	for _, p := range found.tree {
		if err := p.check(r); err != nil {
			return Projection{}, in(parameter, err)
		}
	}
	if err := r.apart(found.tree); err != nil {
		return Projection{}, in(parameter, err)
	}
	return Projection{r, found.tree}, nil
}

// Of returns the projection of an item and shares values with it. Missing values are omitted. List
// elements move together.
func (p Projection) Of(item value.Item) value.Item {
	if p.request == nil || item == nil {
		return item
	}
	out, _ := p.request.project(&types.AttributeValueMemberM{Value: item}, p.paths).(*types.AttributeValueMemberM)
	if out == nil {
		return value.Item{}
	}
	return out.Value
}

// project returns the values at the paths in a value; nil if there are none.
func (r *Request) project(v types.AttributeValue, paths []path) types.AttributeValue {
	if v == nil || len(paths[0]) == 0 { // then there is no other path
		return v
	}
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		out := value.Item{}
		r.each(v, paths, func(step part, inner types.AttributeValue) { out[r.name(step)] = inner })
		if len(out) > 0 {
			return &types.AttributeValueMemberM{Value: out}
		}
	case *types.AttributeValueMemberL:
		var out []types.AttributeValue
		r.each(v, paths, func(_ part, inner types.AttributeValue) { out = append(out, inner) })
		if len(out) > 0 {
			return &types.AttributeValueMemberL{Value: out}
		}
	}
	return nil
}

// each projects the values one step into a value, once for all paths with that step, in the order
// of their index.
func (r *Request) each(v types.AttributeValue, paths []path, take func(part, types.AttributeValue)) {
	left := slices.Clone(paths)
	slices.SortStableFunc(left, func(a, b path) int { return cmp.Compare(a[0].index, b[0].index) })
	for len(left) > 0 {
		step := left[0][0]
		var tails, others []path
		for _, p := range left {
			if p[0].index == step.index && r.name(p[0]) == r.name(step) {
				tails = append(tails, p[1:])
			} else {
				others = append(others, p)
			}
		}
		if inner := r.project(r.inside(v, step), tails); inner != nil {
			take(step, inner)
		}
		left = others
	}
}
