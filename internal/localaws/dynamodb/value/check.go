package value

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Invalid is DynamoDB's message for an invalid value.
type Invalid string

func (i Invalid) Error() string { return string(i) }

// maxDepth is the maximum nesting of lists and maps.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxDepth = 32

// CheckItem checks each value of an item, as [Check] does.
func CheckItem(item Item) error {
	for _, v := range item {
		if err := Check(v); err != nil {
			return err
		}
	}
	return nil
}

// Check returns an error if DynamoDB would refuse a value. It converts the numbers in it to their
// stored form, so the value must not be shared.
func Check(v types.AttributeValue) error { return check(v, 1) }

func check(v types.AttributeValue, depth int) (err error) {
	if depth > maxDepth+1 {
		return Invalid("Nesting Levels have exceeded supported limits")
	}
	switch v := v.(type) {
	case nil:
		return Invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case *types.AttributeValueMemberN:
		v.Value, err = normal(v.Value)
		return err
	case *types.AttributeValueMemberNULL:
		if !v.Value {
			return invalid("Null attribute value types must have the value of true")
		}
	case *types.AttributeValueMemberSS:
		return checkStrings(v.Value)
	case *types.AttributeValueMemberNS:
		return checkNumbers(v.Value)
	case *types.AttributeValueMemberBS:
		return checkBinaries(v.Value)
	case *types.AttributeValueMemberL:
		for _, e := range v.Value {
			if err := check(e, depth+1); err != nil {
				return err
			}
		}
	case *types.AttributeValueMemberM:
		for _, e := range v.Value {
			if err := check(e, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// normal returns a number in its stored form.
func normal(s string) (string, error) {
	if s != "" && s[0] != '0' && len(s) <= maxDigits && allDigits(s) { // the usual case
		return s, nil
	}
	n, err := ParseNumber(s)
	return n.String(), err
}

func checkStrings(set []string) error {
	if len(set) == 0 {
		return invalid("An string set  may not be empty")
	}
	if repeats(set) {
		return invalid("Input collection [%s] contains duplicates.", strings.Join(set, ", "))
	}
	return nil
}

func checkNumbers(set []string) (err error) {
	if len(set) == 0 {
		return invalid("An number set  may not be empty")
	}
	for i := range set {
		if set[i], err = normal(set[i]); err != nil {
			return err
		}
	}
	if repeats(set) {
		return Invalid("Input collection contains duplicates")
	}
	return nil
}

func checkBinaries(set [][]byte) error {
	if len(set) == 0 {
		return invalid("Binary sets should not be empty")
	}
	texts := make([]string, len(set))
	for i, b := range set {
		texts[i] = string(b)
	}
	if repeats(texts) {
		return invalid("Input collection of type BS contains duplicates.")
	}
	return nil
}

func repeats(set []string) bool {
	seen := make(map[string]bool, len(set))
	for _, s := range set {
		if seen[s] {
			return true
		}
		seen[s] = true
	}
	return false
}

func invalid(format string, args ...any) error {
	return Invalid("One or more parameter values were invalid: " + fmt.Sprintf(format, args...))
}
