package expr

import (
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// operand is an operand of a condition: a path, a value of the request, or a size.
type operand interface {
	// check returns what is wrong with the operand in a request.
	check(*Request) error
	// kind is the operand's type if it is known without an item.
	kind(*Request) string
	// value is nil if the item has no such value.
	value(*Request, value.Item) types.AttributeValue
}

// given is a value of the request: :value.
type given string

func (g given) check(r *Request) error {
	if _, ok := r.values[string(g)]; !ok {
		return invalid("An expression attribute value used in expression is not defined; attribute value: %s", string(g))
	}
	return nil
}

func (g given) kind(r *Request) string                              { return value.TypeOf(g.value(r, nil)) }
func (g given) value(r *Request, _ value.Item) types.AttributeValue { return r.values[string(g)] }

// size is the function size.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Functions
type size struct{ of []operand }

func (s size) check(r *Request) error {
	if err := checkAll(r, s.of); err != nil {
		return err
	}
	if err := count("size", s.of, 1); err != nil {
		return err
	}
	switch k := s.of[0].kind(r); k {
	case "N", "BOOL", "NULL":
		return wrongType("size", k)
	}
	return nil
}

func (size) kind(*Request) string { return "N" }

func (s size) value(r *Request, item value.Item) types.AttributeValue {
	n := 0
	switch v := s.of[0].value(r, item).(type) {
	case *types.AttributeValueMemberS:
		n = utf8.RuneCountInString(v.Value)
	case *types.AttributeValueMemberB:
		n = len(v.Value)
	case *types.AttributeValueMemberL:
		n = len(v.Value)
	case *types.AttributeValueMemberM:
		n = len(v.Value)
	default:
		elements, set := value.Elements(v)
		if !set {
			return nil
		}
		n = len(elements)
	}
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

// call is a function that returns true or false. The parser reports its use as an operand.
type call struct {
	function string
	args     []operand
}

func (call) kind(*Request) string                            { return "BOOL" }
func (call) value(*Request, value.Item) types.AttributeValue { return nil }

func checkAll(r *Request, operands []operand) error {
	for _, o := range operands {
		if err := o.check(r); err != nil {
			return err
		}
	}
	return nil
}

// count checks the number of a function's operands.
func count(function string, operands []operand, want int) error {
	if len(operands) == want {
		return nil
	}
	return invalid("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", function, len(operands))
}

func wrongType(function, kind string) error {
	return invalid("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", function, kind)
}

// distinct refuses two operands that are the same path.
func distinct(r *Request, operator string, operands []operand) error {
	if len(operands) != 2 {
		return nil
	}
	a, okA := operands[0].(path)
	b, okB := operands[1].(path)
	if okA && okB && len(a) == len(b) && r.clash(a, b) == "overlap" {
		return invalid("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s",
			operator, r.spell(a))
	}
	return nil
}
