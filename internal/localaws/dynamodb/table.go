package dynamodb

import (
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// table is a table and its items.
type table struct {
	name, arn, id string
	schema        schema
	elements      []types.KeySchemaElement
	definitions   []types.AttributeDefinition
	billing       types.BillingMode
	throughput    types.ProvisionedThroughput
	created       time.Time
	protected     bool

	mu    sync.RWMutex
	rows  store
	ttl   string    // the attribute with the items' expiry; empty for none
	saved time.Time // when continuous backups were enabled; zero for never
	days  int32     // how long backups are kept
}

// place returns the place of a table by name or ARN.
func (c Call) place(name *string) place {
	text := aws.ToString(name)
	if strings.HasPrefix(text, "arn:") {
		return parseARN(text)
	}
	return place{c.Partition, c.Account, c.Region, text}
}

// parseARN parses arn:aws:dynamodb:us-east-1:123456789012:table/name. Anything else names no
// table.
func parseARN(arn string) place {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return place{}
	}
	return place{parts[1], parts[4], parts[3], strings.TrimPrefix(parts[5], "table/")}
}

// find returns a table, or nil.
func (c Call) find(name *string) *table {
	p := c.place(name)
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.tables[p]
}

// table returns a table for an operation on items.
func (c Call) table(name *string) (*table, error) {
	if t := c.find(name); t != nil {
		return t, nil
	}
	return nil, noTable()
}

// named returns a table for an operation on tables.
func (c Call) named(name *string) (*table, error) {
	if t := c.find(name); t != nil {
		return t, nil
	}
	return nil, noSuchTable(c.place(name).name)
}

// describe describes the table as DescribeTable does. AWS updates the counts of items and bytes
// only every six hours; here they are current.
func (t *table) describe(status types.TableStatus) *types.TableDescription {
	t.mu.RLock()
	defer t.mu.RUnlock()
	d := &types.TableDescription{
		TableName: aws.String(t.name), TableArn: aws.String(t.arn), TableId: aws.String(t.id), TableStatus: status,
		AttributeDefinitions: t.definitions, KeySchema: t.elements, CreationDateTime: aws.Time(t.created),
		ItemCount: aws.Int64(t.rows.count), TableSizeBytes: aws.Int64(t.rows.size),
		DeletionProtectionEnabled: aws.Bool(t.protected),
		ProvisionedThroughput: &types.ProvisionedThroughputDescription{
			NumberOfDecreasesToday: aws.Int64(0), ReadCapacityUnits: t.throughput.ReadCapacityUnits, WriteCapacityUnits: t.throughput.WriteCapacityUnits,
		},
	}
	if t.billing == types.BillingModePayPerRequest {
		d.BillingModeSummary = &types.BillingModeSummary{BillingMode: t.billing, LastUpdateToPayPerRequestDateTime: aws.Time(t.created)}
	}
	return d
}
