package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Elements gives the elements of a set, binary ones as strings of their bytes, and
// whether it is one.
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

// Set makes a set of a type from elements as [Elements] gives them; nil where there are
// none.
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
