package dynamodb

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// updateItem updates an item. If the item does not exist, it creates one with the key and the set
// values.
func (c Call) updateItem(in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	if err := legacy(map[string]bool{
		"AttributeUpdates": in.AttributeUpdates != nil, "Expected": in.Expected != nil, "ConditionalOperator": in.ConditionalOperator != "",
	}); err != nil {
		return nil, err
	}
	if known := in.ReturnValues.Values(); in.ReturnValues != "" && !slices.Contains(known, in.ReturnValues) {
		return nil, outside(in.ReturnValues, "returnValues", "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]")
	}
	r, err := expr.New(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	update, err := r.Update(in.UpdateExpression)
	if err != nil {
		return nil, err
	}
	when, err := r.Condition("ConditionExpression", in.ConditionExpression)
	if err != nil {
		return nil, err
	}
	if err := r.Done("UpdateExpression", "ConditionExpression"); err != nil {
		return nil, err
	}
	t, err := c.table(in.TableName)
	if err != nil {
		return nil, err
	}
	k, err := t.schema.ofKey(in.Key)
	if err != nil {
		return nil, err
	}
	for _, a := range t.schema {
		if update.Touches(a.name) {
			return nil, invalid("One or more parameter values were invalid: Cannot update attribute %s. This attribute is part of the key", a.name)
		}
	}
	var item value.Item
	old, err := t.write(k, when, in.ReturnValuesOnConditionCheckFailure, func(old value.Item) (value.Item, int, error) {
		if old == nil {
			old = in.Key
		}
		var err error
		if item, err = update.Apply(old); err != nil {
			return nil, 0, err
		}
		size := value.ItemSize(item)
		if size > value.MaxItem {
			return nil, 0, invalid("Item size to update has exceeded the maximum allowed size")
		}
		return item, size, nil
	})
	if err != nil {
		return nil, err
	}
	return &dynamodb.UpdateItemOutput{Attributes: returned(in.ReturnValues, update, old, item)}, nil
}

// returned returns what an update answers about the old and the new item.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues
func returned(what types.ReturnValue, update expr.Update, old, item value.Item) value.Item {
	var out value.Item
	switch what {
	case types.ReturnValueAllOld:
		return old
	case types.ReturnValueAllNew:
		return item
	case types.ReturnValueUpdatedOld:
		out = update.Touched(old)
	case types.ReturnValueUpdatedNew:
		out = update.Touched(item)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
