package dynamodb

import (
	"iter"
	"math/bits"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
)

func (c Call) scan(in *dynamodb.ScanInput) (*dynamodb.ScanOutput, error) {
	if err := legacy(map[string]bool{
		"AttributesToGet": in.AttributesToGet != nil, "ScanFilter": in.ScanFilter != nil, "ConditionalOperator": in.ConditionalOperator != "",
	}); err != nil {
		return nil, err
	}
	of, err := segment(in)
	if err != nil {
		return nil, err
	}
	r, err := expr.New(in.ExpressionAttributeNames, in.ExpressionAttributeValues)
	if err != nil {
		return nil, err
	}
	reading, err := newReading(r, in.Limit, in.FilterExpression, in.ProjectionExpression, in.Select, in.IndexName)
	if err != nil {
		return nil, err
	}
	if err := r.Done("FilterExpression"); err != nil {
		return nil, err
	}
	t, err := c.table(in.TableName)
	if err != nil {
		return nil, err
	}
	var start *key
	if in.ExclusiveStartKey != nil {
		k, err := t.schema.ofKey(in.ExclusiveStartKey)
		if err != nil {
			return nil, badStart(err)
		}
		start = &k
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	p := reading.page(t.schema, of.rows(t.rows.after(start)))
	return &dynamodb.ScanOutput{Items: p.items, Count: p.count, ScannedCount: p.scanned, LastEvaluatedKey: p.last}, nil
}

func badStart(err error) error { return invalid("The provided starting key is invalid: %v", err) }

// share is the part of a table that one of several workers scans.
type share struct{ number, total uint64 }

// segment returns the requested part of the table.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
func segment(in *dynamodb.ScanInput) (share, error) {
	number, total := in.Segment, in.TotalSegments
	switch {
	case number == nil && total == nil:
		return share{0, 1}, nil
	case total == nil:
		return share{}, invalid("The TotalSegments parameter is required but was not present in the request when Segment parameter is present")
	case number == nil:
		return share{}, invalid("The Segment parameter is required but was not present in the request when parameter TotalSegments is present")
	case *total < 1 || *total > 1000000:
		return share{}, outside(*total, "totalSegments", "Member must have value between 1 and 1000000")
	case *number < 0 || *number >= *total:
		return share{}, invalid("The Segment parameter is zero-based and must be less than parameter TotalSegments: "+
			"Segment: %d is not less than TotalSegments: %d", *number, *total)
	}
	return share{uint64(*number), uint64(*total)}, nil
}

// rows returns the rows of the share: an equal part of all hashes.
func (s share) rows(all iter.Seq2[*partition, *row]) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for p, r := range all {
			if high, _ := bits.Mul64(p.hash, s.total); high == s.number && !yield(r) {
				return
			}
		}
	}
}
