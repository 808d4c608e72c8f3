// Package value knows DynamoDB's attribute values: which are valid, how they are spelt
// once stored, how large they are, and which are equal or come first.
//
// A value that [Check] has seen is never changed again: a change makes a new value. So
// all readers of an item may share its values.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
package value

import "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

// Item is an item's attributes by name.
type Item = map[string]types.AttributeValue

// TypeOf gives a value's type as the API spells it: S, N, B, BOOL, NULL, M, L, SS, NS
// or BS; nothing for no value.
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
