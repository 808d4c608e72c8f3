package value

import (
	"errors"
	"strconv"
	"strings"
)

// Number is a DynamoDB number: a decimal with up to 38 significant digits. The zero Number is
// zero.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
type Number struct {
	negative bool
	digits   string // significant digits without zeros at either end; empty for zero
	exponent int    // of ten, for the first digit: 12.5 is 125 with exponent 1
}

// The bounds of numbers.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

const (
	errOverflow  = Invalid("Number overflow. Attempting to store a number with magnitude larger than supported range")
	errUnderflow = Invalid("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	errPrecision = Invalid("Attempting to store more than 38 significant digits in a Number")
)

// ParseNumber parses a number as in the API: an optional sign, digits with an optional point, an
// optional exponent.
func ParseNumber(s string) (Number, error) {
	var n Number
	rest := s
	if rest != "" && (rest[0] == '-' || rest[0] == '+') {
		n.negative, rest = rest[0] == '-', rest[1:]
	}
	mantissa, power, scientific := rest, "0", false
	if i := strings.IndexAny(rest, "eE"); i >= 0 {
		mantissa, power, scientific = rest[:i], rest[i+1:], true
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	shift, err := strconv.Atoi(power)
	outOfRange := errors.Is(err, strconv.ErrRange)
	if !allDigits(whole) || !allDigits(fraction) || whole+fraction == "" || scientific && err != nil && !outOfRange {
		return Number{}, notNumeric(s)
	}
	n.digits = strings.TrimLeft(whole+fraction, "0")
	n.exponent = len(n.digits) - len(fraction) - 1
	n.digits = strings.TrimRight(n.digits, "0")
	if n.digits == "" {
		return Number{}, nil
	}
	if outOfRange || shift > 1<<20 || shift < -1<<20 { // far outside the bounds; a sum might overflow
		n.exponent = 1 << 20
		if strings.HasPrefix(power, "-") {
			n.exponent = -1 << 20
		}
		return n, n.check()
	}
	n.exponent += shift
	return n, n.check()
}

func notNumeric(s string) error {
	if s == "" {
		return Invalid("The parameter cannot be converted to a numeric value")
	}
	return Invalid("The parameter cannot be converted to a numeric value: " + s)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (n Number) check() error {
	switch {
	case n.digits == "":
		return nil
	case n.exponent > maxExponent:
		return errOverflow
	case n.exponent < minExponent:
		return errUnderflow
	case len(n.digits) > maxDigits:
		return errPrecision
	}
	return nil
}

// String returns the number as DynamoDB answers it: without an exponent and without redundant
// digits.
func (n Number) String() string {
	var s string
	switch {
	case n.digits == "":
		return "0"
	case n.exponent < 0:
		s = "0." + strings.Repeat("0", -n.exponent-1) + n.digits
	case n.exponent >= len(n.digits)-1:
		s = n.digits + strings.Repeat("0", n.exponent-len(n.digits)+1)
	default:
		s = n.digits[:n.exponent+1] + "." + n.digits[n.exponent+1:]
	}
	if n.negative {
		return "-" + s
	}
	return s
}

// Key returns a string that is unique to the number. The byte order of keys is the order of
// numbers: a sign, the exponent, the digits; for negative numbers, their complements.
func (n Number) Key() string {
	switch {
	case n.digits == "":
		return "1"
	case !n.negative:
		return string([]byte{'2', byte(n.exponent - minExponent)}) + n.digits
	}
	key := []byte{'0', byte(maxExponent - n.exponent)}
	for i := range len(n.digits) {
		key = append(key, '0'+'9'-n.digits[i])
	}
	return string(append(key, '~')) // greater than every digit: -1.2 comes after -1.25
}
