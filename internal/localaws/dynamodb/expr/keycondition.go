package expr

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

const keyParameter = "KeyConditionExpression"

// KeyCondition is a query's condition on one key attribute.
type KeyCondition struct {
	Attribute string
	Operator  string // =, <, <=, >, >=, BETWEEN or begins_with
	Values    []types.AttributeValue
}

// KeyConditions parses a KeyConditionExpression.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
func (r *Request) KeyConditions(text *string) ([]KeyCondition, error) {
	if text == nil {
		return nil, value.Invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
	}
	found, err := conditions.get(r, keyParameter, *text)
	if err != nil {
		return nil, err
	}
	if err := found.tree.check(r); err != nil {
		return nil, in(keyParameter, err)
	}
	return r.keys(found.tree, nil)
}

// keys appends the conditions of a tree to others.
func (r *Request) keys(c condition, others []KeyCondition) (all []KeyCondition, err error) {
	var k KeyCondition
	switch c := c.(type) {
	case and:
		if all, err = r.keys(c.left, others); err != nil {
			return nil, err
		}
		return r.keys(c.right, all)
	case comparison:
		if c.operator == "<>" {
			return nil, unusable("<>")
		}
		k, err = r.keyComparison(c)
	case between:
		k, err = r.key("BETWEEN", c.x, c.low, c.high)
	case call:
		if c.function != "begins_with" {
			return nil, unusable(c.function)
		}
		k, err = r.key(c.function, c.args[0], c.args[1])
	case within:
		return nil, unusable("IN")
	case or:
		return nil, unusable("OR")
	default:
		return nil, unusable("NOT")
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(others, func(o KeyCondition) bool { return o.Attribute == k.Attribute }) {
		return nil, value.Invalid("KeyConditionExpressions must only contain one condition per key")
	}
	return append(others, k), nil
}

func unusable(operator string) error {
	return invalid("Invalid operator used in KeyConditionExpression: %s", operator)
}

// mirrored reverses a comparison that begins with the value.
var mirrored = strings.NewReplacer("<", ">", ">", "<")

func (r *Request) keyComparison(c comparison) (KeyCondition, error) {
	if _, ok := c.operands[1].(path); ok {
		if _, both := c.operands[0].(path); !both {
			return r.key(mirrored.Replace(c.operator), c.operands[1], c.operands[0])
		}
	}
	return r.key(c.operator, c.operands[0], c.operands[1])
}

// key returns a condition for a path and values.
func (r *Request) key(operator string, attribute operand, values ...operand) (KeyCondition, error) {
	p, ok := attribute.(path)
	if !ok {
		if _, nested := attribute.(size); nested {
			return KeyCondition{}, value.Invalid("KeyConditionExpressions cannot contain nested operations")
		}
		if operator != "BETWEEN" && operator != "begins_with" {
			return KeyCondition{}, in("condition in KeyConditionExpression", value.Invalid("No key attribute specified"))
		}
		return KeyCondition{}, in("condition in KeyConditionExpression",
			value.Invalid(operator+" operator must have the key attribute as its first operand"))
	}
	if len(p) > 1 {
		return KeyCondition{}, value.Invalid("KeyConditionExpressions cannot have conditions on nested attributes")
	}
	k := KeyCondition{Attribute: r.name(p[0]), Operator: operator}
	for _, v := range values {
		switch v := v.(type) {
		case given:
			k.Values = append(k.Values, v.value(r, nil))
		case path:
			return k, in("condition in KeyConditionExpression", value.Invalid("Multiple attribute names used in one condition"))
		default:
			return k, value.Invalid("KeyConditionExpressions cannot contain nested operations")
		}
	}
	return k, nil
}
