package expr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

const (
	errMissing = value.Invalid("The provided expression refers to an attribute that does not exist in the item")
	errType    = value.Invalid("An operand in the update expression has an incorrect data type")
)

// source is a value for SET: a path's value, a value of the request, or the result of a function
// or sum.
type source interface {
	check(*Request) error
	// kind is the type if it is known without an item.
	kind(*Request) string
	make(*Request, value.Item) (types.AttributeValue, error)
}

// make returns the value, which must exist.
func (p path) make(r *Request, item value.Item) (types.AttributeValue, error) {
	if v := p.value(r, item); v != nil {
		return v, nil
	}
	return nil, errMissing
}

func (g given) make(r *Request, _ value.Item) (types.AttributeValue, error) {
	return g.value(r, nil), nil
}

// derived is the result of a function, or of + or -.
type derived struct {
	function string
	args     []source
}

func (d derived) kind(*Request) string {
	switch d.function {
	case "list_append":
		return "L"
	case "+", "-":
		return "N"
	}
	return ""
}

func (d derived) check(r *Request) error {
	for _, a := range d.args {
		if err := a.check(r); err != nil {
			return err
		}
	}
	if len(d.args) != 2 {
		return invalid("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", d.function, len(d.args))
	}
	if want := d.kind(r); want != "" {
		for _, a := range d.args {
			if k := a.kind(r); k != "" && k != want {
				return wrongType(d.function, k)
			}
		}
		return nil
	}
	if _, ok := d.args[0].(path); !ok {
		return invalid("Operator or function requires a document path; operator or function: %s", d.function)
	}
	return nil
}

func (d derived) make(r *Request, item value.Item) (types.AttributeValue, error) {
	if p, ok := d.args[0].(path); ok && d.function == "if_not_exists" {
		if v := p.value(r, item); v != nil {
			return v, nil
		}
		return d.args[1].make(r, item)
	}
	a, err := d.args[0].make(r, item)
	if err != nil {
		return nil, err
	}
	b, err := d.args[1].make(r, item)
	if err != nil {
		return nil, err
	}
	if d.function == "list_append" {
		return join(a, b)
	}
	return sum(d.function, a, b)
}

func join(a, b types.AttributeValue) (types.AttributeValue, error) {
	x, okX := a.(*types.AttributeValueMemberL)
	y, okY := b.(*types.AttributeValueMemberL)
	if !okX || !okY {
		return nil, errType
	}
	return &types.AttributeValueMemberL{Value: slices.Concat(x.Value, y.Value)}, nil
}

func sum(operator string, a, b types.AttributeValue) (types.AttributeValue, error) {
	x, okX := a.(*types.AttributeValueMemberN)
	y, okY := b.(*types.AttributeValueMemberN)
	if !okX || !okY {
		return nil, errType
	}
	op := value.Add
	if operator == "-" {
		op = value.Subtract
	}
	n, err := op(x.Value, y.Value)
	return &types.AttributeValueMemberN{Value: n}, err
}
