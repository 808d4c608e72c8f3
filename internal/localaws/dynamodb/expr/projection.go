package expr

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

var projections = newCache((*parser).projection)

// projection reads a list of paths.
func (p *parser) projection() []path {
	paths := []path{p.path()}
	for p.symbol(",") {
		paths = append(paths, p.path())
	}
	return paths
}

// Projection is a part of each item.
type Projection struct {
	request *Request
	paths   []path
}

// Projection reads a ProjectionExpression; none, nil, is the whole item.
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

// Of gives the projection of an item, which shares what it has with the item. What the
// item lacks is left out; elements of lists close up.
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

// project gives what the paths lead to in a value; nil for nothing.
func (r *Request) project(v types.AttributeValue, paths []path) types.AttributeValue {
	if v == nil || len(paths[0]) == 0 { // no other path then leads here
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

// each projects what is one step into a value, for all paths that begin with that step
// at once, and by the index.
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
