package value

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// MaxItem is the maximum size of an item in bytes.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items
const MaxItem = 400 << 10

// ItemSize returns the size of a checked item in bytes as DynamoDB counts it: its names and its
// values.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func ItemSize(item Item) int {
	n := 0
	for name, v := range item {
		n += len(name) + size(v)
	}
	return n
}

func size(v types.AttributeValue) int {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return numberSize(v.Value)
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberNS:
		n := 0
		for _, s := range v.Value {
			n += numberSize(s)
		}
		return n
	case *types.AttributeValueMemberL:
		n := 3 + len(v.Value)
		for _, e := range v.Value {
			n += size(e)
		}
		return n
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + ItemSize(v.Value)
	case *types.AttributeValueMemberSS, *types.AttributeValueMemberBS:
		n := 0
		elements, _ := Elements(v)
		for _, s := range elements {
			n += len(s)
		}
		return n
	}
	return 1 // BOOL, NULL
}

// numberSize is one byte, one for each two significant digits, and one for a minus.
func numberSize(s string) int {
	digits := strings.Trim(strings.ReplaceAll(strings.TrimPrefix(s, "-"), ".", ""), "0")
	n := 1 + (len(digits)+1)/2
	if strings.HasPrefix(s, "-") {
		n++
	}
	return n
}
