// Package ledgerdb stores the ledger in a DynamoDB table.
//
// The key of the table is pk. An item is written as a whole, on the condition that the stored
// one still has the version that was read, so that one of two concurrent writers must read
// again. DynamoDB returns the stored item with a failed condition. So a writer that assumes
// that there is no item needs one call if there is none, and two if there is one.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BestPractices_ImplementingVersionControl.html
package ledgerdb

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/errclass"
	"github.com/ringfence/ringfence/internal/ledger"
)

type dynamoAPI interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
}

// Table is the ledger. It is safe for concurrent use.
type Table struct {
	api  dynamoAPI
	name string
}

// New returns the ledger in a table, using a [dynamodb.Client].
func New(api dynamoAPI, table string) *Table { return &Table{api, table} }

// callTimeout limits a call: a ledger that hangs must not delay a repair.
const callTimeout = 2 * time.Second

// The attributes of an item. Account and updated are for people who look at the table; status
// is also for sweeps.
const (
	keyAttribute     = "pk"
	versionAttribute = "version"
	stateAttribute   = "state"
	expiresAttribute = "expires"
	statusAttribute  = "status"
	statusOpen       = "open"
)

// Load reads an item. If it is not stored, it has version 0 and only its key.
func (t *Table) Load(ctx context.Context, key string) (ledger.Item, error) {
	var item ledger.Item
	version, err := t.get(ctx, key, &item)
	return item.Stored(key, version), err
}

// LoadDigest reads a digest. If it is not stored, it has version 0.
func (t *Table) LoadDigest(ctx context.Context, key string) (ledger.Digest, error) {
	var d ledger.Digest
	version, err := t.get(ctx, key, &d)
	return d.Stored(key, version), err
}

func (t *Table) get(ctx context.Context, key string, into any) (version int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := t.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{keyAttribute: text(key)},
	})
	if err != nil {
		return 0, awserr.Wrap(err, "reading %s from the ledger", key)
	}
	if out == nil || out.Item == nil {
		return 0, nil
	}
	return decode(out.Item, into)
}

// Save writes an item if the stored one still has its version. Otherwise the error is a
// [ledger.Conflict].
func (t *Table) Save(ctx context.Context, item ledger.Item) error {
	_, open := item.Open()
	status := "resolved"
	if open {
		status = statusOpen
	}
	attributes := map[string]types.AttributeValue{
		statusAttribute: text(status), "account": text(item.Account), "updated": text(item.Updated.UTC().Format(time.RFC3339)),
	}
	stored, err := t.put(ctx, item.Key, item.Version, item, item.Expires(), attributes)
	if stored == nil {
		return err
	}
	current := ledger.Item{}
	version, err := decode(stored, &current)
	if err != nil {
		return err
	}
	return &ledger.Conflict{Current: current.Stored(item.Key, version)}
}

// SaveDigest writes a digest if the stored one still has its version; otherwise ok is false.
func (t *Table) SaveDigest(ctx context.Context, d ledger.Digest, expires time.Time) (ok bool, err error) {
	stored, err := t.put(ctx, d.Key, d.Version, d, expires, nil)
	return stored == nil && err == nil, err
}

// put writes an item. If the stored one has another version, it returns that.
func (t *Table) put(ctx context.Context, key string, version int64, state any, expires time.Time, more map[string]types.AttributeValue) (map[string]types.AttributeValue, error) {
	data, err := json.Marshal(state)
	if err != nil {
		return nil, errclass.New(errclass.BadInput, "writing %s to the ledger: %w", key, err)
	}
	item := map[string]types.AttributeValue{
		keyAttribute: text(key), versionAttribute: number(version + 1), stateAttribute: text(string(data)),
	}
	if !expires.IsZero() {
		item[expiresAttribute] = number(expires.Unix())
	}
	for name, value := range more {
		item[name] = value
	}
	in := &dynamodb.PutItemInput{
		TableName: &t.name, Item: item,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		ConditionExpression:                 aws.String("attribute_not_exists(pk)"),
	}
	if version > 0 {
		in.ConditionExpression = aws.String("#v = :v")
		in.ExpressionAttributeNames = map[string]string{"#v": versionAttribute}
		in.ExpressionAttributeValues = map[string]types.AttributeValue{":v": number(version)}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err = t.api.PutItem(ctx, in)
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		if failed.Item == nil { // it was deleted meanwhile
			return map[string]types.AttributeValue{}, nil
		}
		return failed.Item, nil
	}
	return nil, awserr.Wrap(err, "writing %s to the ledger", key)
}
