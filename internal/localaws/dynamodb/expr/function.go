package expr

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// functions maps the functions that return true or false to their number of operands.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Functions
var functions = map[string]int{
	"attribute_exists": 1, "attribute_not_exists": 1, "attribute_type": 2, "begins_with": 2, "contains": 2,
}

var typeNames = []string{"B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"}

func (c call) check(r *Request) error {
	if err := checkAll(r, c.args); err != nil {
		return err
	}
	if err := count(c.function, c.args, functions[c.function]); err != nil {
		return err
	}
	if err := distinct(r, c.function, c.args); err != nil {
		return err
	}
	switch c.function {
	case "attribute_exists", "attribute_not_exists":
		if _, ok := c.args[0].(path); !ok {
			return invalid("Operator or function requires a document path; operator or function: %s", c.function)
		}
	case "begins_with":
		for _, a := range c.args {
			if k := a.kind(r); k != "" && k != "S" && k != "B" {
				return wrongType(c.function, k)
			}
		}
	case "attribute_type":
		return c.checkType(r)
	}
	return nil
}

func (c call) checkType(r *Request) error {
	t, ok := c.args[1].value(r, nil).(*types.AttributeValueMemberS)
	if !ok {
		kind := c.args[1].kind(r)
		if kind == "" {
			kind = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
		}
		return wrongType(c.function, kind)
	}
	if !slices.Contains(typeNames, t.Value) {
		return invalid("Invalid attribute type name found; type: %s, valid types: {%s}", t.Value, strings.Join(typeNames, ","))
	}
	return nil
}

func (c call) holds(r *Request, item value.Item) bool {
	v := c.args[0].value(r, item)
	switch c.function {
	case "attribute_exists":
		return v != nil
	case "attribute_not_exists":
		return v == nil
	case "attribute_type":
		t := c.args[1].value(r, item).(*types.AttributeValueMemberS) // checked
		return v != nil && value.TypeOf(v) == t.Value
	case "begins_with":
		return beginsWith(v, c.args[1].value(r, item))
	}
	return contains(v, c.args[1].value(r, item))
}

func beginsWith(v, prefix types.AttributeValue) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := prefix.(*types.AttributeValueMemberS)
		return ok && strings.HasPrefix(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := prefix.(*types.AttributeValueMemberB)
		return ok && bytes.HasPrefix(v.Value, p.Value)
	}
	return false
}

// contains searches for a part of a string, or for an element of a set or list.
func contains(v, part types.AttributeValue) bool {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		p, ok := part.(*types.AttributeValueMemberS)
		return ok && strings.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := part.(*types.AttributeValueMemberB)
		return ok && bytes.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberL:
		return part != nil && slices.ContainsFunc(v.Value, func(e types.AttributeValue) bool { return value.Equal(e, part) })
	}
	elements, set := value.Elements(v)
	return set && value.TypeOf(part) == strings.TrimSuffix(value.TypeOf(v), "S") && slices.Contains(elements, value.Text(part))
}
