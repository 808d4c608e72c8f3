package expr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// condition is an expression that is true or false for an item.
type condition interface {
	check(*Request) error
	holds(*Request, value.Item) bool
}

type (
	and        struct{ left, right condition }
	or         struct{ left, right condition }
	not        struct{ of condition }
	comparison struct {
		operator string
		operands []operand // two
	}
	between struct{ x, low, high operand }
	within  struct {
		x    operand
		list []operand
	}
)

func (c and) holds(r *Request, i value.Item) bool { return c.left.holds(r, i) && c.right.holds(r, i) }
func (c or) holds(r *Request, i value.Item) bool  { return c.left.holds(r, i) || c.right.holds(r, i) }
func (c not) holds(r *Request, i value.Item) bool { return !c.of.holds(r, i) }

func (c and) check(r *Request) error { return checkBoth(r, c.left, c.right) }
func (c or) check(r *Request) error  { return checkBoth(r, c.left, c.right) }
func (c not) check(r *Request) error { return c.of.check(r) }

func checkBoth(r *Request, a, b condition) error {
	if err := a.check(r); err != nil {
		return err
	}
	return b.check(r)
}

// holds is false for a missing value, except that a missing value differs from any other.
func (c comparison) holds(r *Request, item value.Item) bool {
	a, b := c.operands[0].value(r, item), c.operands[1].value(r, item)
	switch c.operator {
	case "=":
		return a != nil && value.Equal(a, b)
	case "<>":
		return a == nil || !value.Equal(a, b)
	}
	order, ok := value.Compare(a, b)
	if !ok {
		return false
	}
	switch c.operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}

func (c comparison) check(r *Request) error {
	if err := checkAll(r, c.operands); err != nil {
		return err
	}
	if err := distinct(r, c.operator, c.operands); err != nil {
		return err
	}
	if c.operator == "=" || c.operator == "<>" {
		return nil
	}
	return ordered(r, c.operator, c.operands)
}

// ordered refuses operands of a type without an order.
func ordered(r *Request, operator string, operands []operand) error {
	for _, o := range operands {
		if k := o.kind(r); k != "" && !slices.Contains([]string{"S", "N", "B"}, k) {
			return wrongType(operator, k)
		}
	}
	return nil
}

func (c between) holds(r *Request, item value.Item) bool {
	x := c.x.value(r, item)
	low, okLow := value.Compare(c.low.value(r, item), x)
	high, okHigh := value.Compare(x, c.high.value(r, item))
	return okLow && okHigh && low <= 0 && high <= 0
}

func (c between) check(r *Request) error {
	all := []operand{c.x, c.low, c.high}
	if err := checkAll(r, all); err != nil {
		return err
	}
	if err := ordered(r, "BETWEEN", all); err != nil {
		return err
	}
	_, givenLow := c.low.(given)
	_, givenHigh := c.high.(given)
	if !givenLow || !givenHigh {
		return nil
	}
	low, high := c.low.value(r, nil), c.high.value(r, nil)
	rule := ""
	if order, ok := value.Compare(low, high); !ok {
		rule = "same data type for lower and upper bounds"
	} else if order > 0 {
		rule = "upper bound to be greater than or equal to lower bound"
	}
	if rule == "" {
		return nil
	}
	return invalid("The BETWEEN operator requires %s; lower bound operand: %s, upper bound operand: %s", rule, spellValue(low), spellValue(high))
}

func spellValue(v types.AttributeValue) string {
	return "AttributeValue: {" + value.TypeOf(v) + ":" + value.Text(v) + "}"
}

func (c within) holds(r *Request, item value.Item) bool {
	x := c.x.value(r, item)
	return x != nil && slices.ContainsFunc(c.list, func(o operand) bool { return value.Equal(x, o.value(r, item)) })
}

func (c within) check(r *Request) error {
	if len(c.list) > 100 {
		return invalid("The IN operator is provided with too many operands; number of operands: %d", len(c.list))
	}
	return checkAll(r, append([]operand{c.x}, c.list...))
}
