package expr

import (
	"slices"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

var conditions = newCache((*parser).condition)

// Condition is a condition or filter of a request.
type Condition struct {
	request *Request
	parsed  *parsed[condition]
}

// Condition parses a parameter with a condition, such as ConditionExpression; nil is true for
// every item.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
func (r *Request) Condition(parameter string, text *string) (Condition, error) {
	if text == nil {
		return Condition{}, nil
	}
	found, err := conditions.get(r, parameter, *text)
	if err != nil {
		return Condition{}, err
	}
	if err := found.tree.check(r); err != nil {
		return Condition{}, in(parameter, err)
	}
	return Condition{r, found}, nil
}

// Holds reports whether the condition is true for an item; nil is an item that does not exist.
func (c Condition) Holds(item value.Item) bool {
	return c.parsed == nil || c.parsed.tree.holds(c.request, item)
}

// Mentions reports whether the condition has a path that begins with an attribute.
func (c Condition) Mentions(attribute string) bool {
	return c.parsed != nil && slices.ContainsFunc(c.parsed.refs.heads, func(head string) bool {
		return c.request.name(part{name: head}) == attribute
	})
}
