// Package value implements DynamoDB's attribute values: which are valid, their stored form, their
// size, equality and order.
//
// A value never changes after [Check]: a change makes a new value. So all readers of an item may
// share its values.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Item is an item's attributes by name.
type Item = map[string]types.AttributeValue

// TypeOf returns a value's type as in the API: S, N, B, BOOL, NULL, M, L, SS, NS or BS; empty for
// no value.
func TypeOf(v types.AttributeValue) string {
	switch v.(type) {
	case *types.AttributeValueMemberS:
		return "S"
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberB:
		return "B"
	case *types.AttributeValueMemberBOOL:
		return "BOOL"
	case *types.AttributeValueMemberNULL:
		return "NULL"
	case *types.AttributeValueMemberM:
		return "M"
	case *types.AttributeValueMemberL:
		return "L"
	case *types.AttributeValueMemberSS:
		return "SS"
	case *types.AttributeValueMemberNS:
		return "NS"
	case *types.AttributeValueMemberBS:
		return "BS"
	}
	return ""
}
