package dynamodb

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

const tooLarge = value.Invalid("Item size has exceeded the maximum allowed size")

// write replaces an item under a condition, and returns the old one. replace makes the new item
// from the old one. nil means no item, for both.
func (t *table) write(
	k key, condition expr.Condition, onFailure types.ReturnValuesOnConditionCheckFailure,
	replace func(old value.Item) (item value.Item, size int, err error),
) (old value.Item, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old = t.rows.get(k)
	if !condition.Holds(old) {
		return nil, conditionFailed(old, onFailure)
	}
	item, size, err := replace(old)
	switch {
	case err != nil:
		return nil, err
	case item == nil:
		t.rows.remove(k)
	default:
		t.rows.put(k, item, size)
	}
	return old, nil
}

// condition parses the condition of a write without other expressions.
func condition(names map[string]string, values value.Item, text *string) (expr.Condition, error) {
	r, err := expr.New(names, values)
	if err != nil {
		return expr.Condition{}, err
	}
	c, err := r.Condition("ConditionExpression", text)
	if err != nil {
		return c, err
	}
	return c, r.Done("ConditionExpression")
}

// onlyOld checks the ReturnValues of operations that can return only the old item.
func onlyOld(v types.ReturnValue) error {
	if v == "" || v == types.ReturnValueNone || v == types.ReturnValueAllOld {
		return nil
	}
	return invalid("ReturnValues can only be ALL_OLD or NONE")
}

// putItem stores an item without a copy: it was decoded for this call alone.
func (c Call) putItem(in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	if in.Expected != nil || in.ConditionalOperator != "" {
		return nil, legacy(map[string]bool{"Expected": in.Expected != nil, "ConditionalOperator": in.ConditionalOperator != ""})
	}
	if err := onlyOld(in.ReturnValues); err != nil {
		return nil, err
	}
	if err := value.CheckItem(in.Item); err != nil {
		return nil, err
	}
	size := value.ItemSize(in.Item)
	if size > value.MaxItem {
		return nil, tooLarge
	}
	when, err := condition(in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.ConditionExpression)
	if err != nil {
		return nil, err
	}
	t, err := c.table(in.TableName)
	if err != nil {
		return nil, err
	}
	k, err := t.schema.ofItem(in.Item)
	if err != nil {
		return nil, err
	}
	old, err := t.write(k, when, in.ReturnValuesOnConditionCheckFailure, func(value.Item) (value.Item, int, error) {
		return in.Item, size, nil
	})
	if err != nil || in.ReturnValues != types.ReturnValueAllOld {
		return &dynamodb.PutItemOutput{}, err
	}
	return &dynamodb.PutItemOutput{Attributes: old}, nil
}

func (c Call) deleteItem(in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	if in.Expected != nil || in.ConditionalOperator != "" {
		return nil, legacy(map[string]bool{"Expected": in.Expected != nil, "ConditionalOperator": in.ConditionalOperator != ""})
	}
	if err := onlyOld(in.ReturnValues); err != nil {
		return nil, err
	}
	when, err := condition(in.ExpressionAttributeNames, in.ExpressionAttributeValues, in.ConditionExpression)
	if err != nil {
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
	old, err := t.write(k, when, in.ReturnValuesOnConditionCheckFailure, func(value.Item) (value.Item, int, error) { return nil, 0, nil })
	if err != nil || in.ReturnValues != types.ReturnValueAllOld {
		return &dynamodb.DeleteItemOutput{}, err
	}
	return &dynamodb.DeleteItemOutput{Attributes: old}, nil
}
