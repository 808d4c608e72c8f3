package dynamodb

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// getItem returns the last write, even without ConsistentRead.
func (c Call) getItem(in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	if in.AttributesToGet != nil {
		return nil, legacy(map[string]bool{"AttributesToGet": true})
	}
	r, err := expr.New(in.ExpressionAttributeNames, nil)
	if err != nil {
		return nil, err
	}
	projection, err := r.Projection(in.ProjectionExpression)
	if err != nil {
		return nil, err
	}
	if err := r.Done(); err != nil {
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
	t.mu.RLock()
	item := t.rows.get(k)
	t.mu.RUnlock()
	return &dynamodb.GetItemOutput{Item: projection.Of(item)}, nil
}

// Items returns copies of a table's items in the order of a scan, by the table's ARN, or nil if
// the table does not exist.
func (s *Service) Items(arn string) []value.Item {
	s.mu.RLock()
	t := s.tables[parseARN(arn)]
	s.mu.RUnlock()
	if t == nil {
		return nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	items := make([]value.Item, 0, t.rows.count)
	for _, r := range t.rows.after(nil) {
		items = append(items, value.Clone(r.item))
	}
	return items
}
