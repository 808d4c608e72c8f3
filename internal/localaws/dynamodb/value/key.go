package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Key returns a string that is unique to a checked string, number or binary value among values of
// its type. The byte order of keys is the order of values.
func Key(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	case *types.AttributeValueMemberN:
		n, _ := ParseNumber(v.Value) // checked before
		return n.Key()
	}
	return ""
}

// Text returns a string, number or binary value as a string; empty for other types.
func Text(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return string(v.Value)
	}
	return ""
}
