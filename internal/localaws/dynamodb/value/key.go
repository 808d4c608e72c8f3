package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Key gives a string that is unique to a checked string, number or binary value among
// those of its type, and whose order in bytes is theirs.
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

// Text gives a string, number or binary value as a string; of another value, nothing.
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
