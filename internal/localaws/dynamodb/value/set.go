package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Elements returns the elements of a set, and whether v is a set. Binary elements are strings of
// their bytes.
func Elements(v types.AttributeValue) ([]string, bool) {
	switch v := v.(type) {
	case *types.AttributeValueMemberSS:
		return v.Value, true
	case *types.AttributeValueMemberNS:
		return v.Value, true
	case *types.AttributeValueMemberBS:
		elements := make([]string, len(v.Value))
		for i, b := range v.Value {
			elements[i] = string(b)
		}
		return elements, true
	}
	return nil, false
}

// Set returns a set of a type with elements as returned by [Elements]; nil if there are none.
func Set(kind string, elements []string) types.AttributeValue {
	switch {
	case len(elements) == 0:
		return nil
	case kind == "SS":
		return &types.AttributeValueMemberSS{Value: elements}
	case kind == "NS":
		return &types.AttributeValueMemberNS{Value: elements}
	}
	set := &types.AttributeValueMemberBS{Value: make([][]byte, len(elements))}
	for i, e := range elements {
		set.Value[i] = []byte(e)
	}
	return set
}
