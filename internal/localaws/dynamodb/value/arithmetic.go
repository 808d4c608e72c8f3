package value

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Add returns the sum of two stored numbers, which must be within DynamoDB's bounds.
func Add(a, b string) (string, error) { return combine(a, b, (*big.Int).Add) }

// Subtract returns the difference of two stored numbers.
func Subtract(a, b string) (string, error) { return combine(a, b, (*big.Int).Sub) }

func combine(a, b string, op func(z, x, y *big.Int) *big.Int) (string, error) {
	x, err := ParseNumber(a)
	if err != nil {
		return "", err
	}
	y, err := ParseNumber(b)
	if err != nil {
		return "", err
	}
	unit := min(x.unit(), y.unit())
	sum := op(new(big.Int), x.in(unit), y.in(unit))
	n := Number{negative: sum.Sign() < 0, digits: sum.Abs(sum).String()}
	n.exponent = len(n.digits) - 1 + unit
	n.digits = strings.TrimRight(n.digits, "0")
	if n.digits == "" {
		return "0", nil
	}
	return n.String(), n.check()
}

// unit returns the exponent of the last significant digit.
func (n Number) unit() int {
	if n.digits == "" {
		return 0
	}
	return n.exponent - len(n.digits) + 1
}

// in returns the number as a multiple of a power of ten.
func (n Number) in(unit int) *big.Int {
	i := new(big.Int)
	if n.digits == "" {
		return i
	}
	i.SetString(n.digits+strings.Repeat("0", n.unit()-unit), 10)
	if n.negative {
		i.Neg(i)
	}
	return i
}

// Int returns a whole number as a value.
func Int(i int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(i, 10)}
}
