package dynamodb

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
)

func (c Call) query(in *dynamodb.QueryInput) (*dynamodb.QueryOutput, error) {
	if err := legacy(map[string]bool{
		"AttributesToGet": in.AttributesToGet != nil, "QueryFilter": in.QueryFilter != nil,
		"KeyConditions": in.KeyConditions != nil, "ConditionalOperator": in.ConditionalOperator != "",
	}); err != nil {
		return nil, err
	}
	r, err := expr.New(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	conditions, err := r.KeyConditions(in.KeyConditionExpression)
	if err != nil {
		return nil, err
	}
	reading, err := newReading(r, in.Limit, in.FilterExpression, in.ProjectionExpression, in.Select, in.IndexName)
	if err != nil {
		return nil, err
	}
	if err := r.Done("FilterExpression", "KeyConditionExpression"); err != nil {
		return nil, err
	}
	t, err := c.table(in.TableName)
	if err != nil {
		return nil, err
	}
	q, err := newQuery(t.schema, conditions)
	if err != nil {
		return nil, err
	}
	for _, a := range t.schema {
		if reading.filter.Mentions(a.name) {
			return nil, invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: %s", a.name)
		}
	}
	q.backward = in.ScanIndexForward != nil && !*in.ScanIndexForward
	if in.ExclusiveStartKey != nil {
		k, err := t.schema.ofKey(in.ExclusiveStartKey)
		if err != nil {
			return nil, badStart(err)
		}
		if k.partition != q.partition.partition {
			return nil, invalid("The provided starting key is outside query boundaries based on provided conditions")
		}
		q.start = &k
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	p := reading.page(t.schema, q.rows(&t.rows))
	return &dynamodb.QueryOutput{Items: p.items, Count: p.count, ScannedCount: p.scanned, LastEvaluatedKey: p.last}, nil
}
