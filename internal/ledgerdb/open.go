package ledgerdb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/ledger"
)

type scanAPI interface {
	dynamoAPI
	Scan(context.Context, *dynamodb.ScanInput, ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error)
}

// Scanner is the ledger for a function that may read the whole table.
type Scanner struct {
	*Table
	api scanAPI
}

// NewScanner returns the ledger in a table, using a [dynamodb.Client].
func NewScanner(api scanAPI, table string) *Scanner { return &Scanner{New(api, table), api} }

// Open reads a page of the items with an open finding. It counts those that cannot be read: one
// broken item must not hide the others.
//
// A page is a megabyte of the table, however few items match.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html
func (t *Scanner) Open(ctx context.Context, marker string) (page []ledger.Item, unread int, next string, err error) {
	items, next, err := t.scan(ctx, statusOpen, marker)
	for _, stored := range items {
		var item ledger.Item
		version, err := decode(stored, &item)
		if err != nil {
			unread++
			continue
		}
		page = append(page, item.Stored(item.Key, version))
	}
	return page, unread, next, err
}

// scan reads a page of the items with a status.
func (t *Scanner) scan(ctx context.Context, status, marker string) (page []map[string]types.AttributeValue, next string, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	in := &dynamodb.ScanInput{
		TableName: &t.name, FilterExpression: aws.String("#s = :s"),
		ExpressionAttributeNames:  map[string]string{"#s": statusAttribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":s": text(status)},
	}
	if marker != "" {
		in.ExclusiveStartKey = map[string]types.AttributeValue{keyAttribute: text(marker)}
	}
	out, err := t.api.Scan(ctx, in)
	if err != nil {
		return nil, "", awserr.Wrap(err, "reading what is %s from the ledger", status)
	}
	if last, ok := out.LastEvaluatedKey[keyAttribute].(*types.AttributeValueMemberS); ok {
		next = last.Value
	}
	return out.Items, next, nil
}
