package dynamodb

import (
	"net/http"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/wire"
)

// createTable answers that the table is being created, but it can be used at once.
func (c Call) createTable(in *dynamodb.CreateTableInput) (*dynamodb.CreateTableOutput, error) {
	at := c.place(in.TableName)
	if err := checkName(at.name); err != nil {
		return nil, err
	}
	if err := legacy(map[string]bool{
		"GlobalSecondaryIndexes": in.GlobalSecondaryIndexes != nil, "LocalSecondaryIndexes": in.LocalSecondaryIndexes != nil,
		"StreamSpecification": in.StreamSpecification != nil && aws.ToBool(in.StreamSpecification.StreamEnabled),
	}); err != nil {
		return nil, err
	}
	throughput, err := capacity(in)
	if err != nil {
		return nil, err
	}
	s, err := newSchema(in.KeySchema, in.AttributeDefinitions)
	if err != nil {
		return nil, err
	}
	t := &table{
		name: at.name, arn: "arn:" + at.partition + ":dynamodb:" + at.region + ":" + at.account + ":table/" + at.name,
		id: c.ids.UUID("table"), schema: s, elements: in.KeySchema, definitions: in.AttributeDefinitions,
		billing: in.BillingMode, throughput: throughput, created: c.Time, protected: aws.ToBool(in.DeletionProtectionEnabled),
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tables[at] != nil {
		return nil, wire.Errorf(http.StatusBadRequest, "ResourceInUseException", "Table already exists: %s", at.name)
	}
	c.tables[at] = t
	return &dynamodb.CreateTableOutput{TableDescription: t.describe(types.TableStatusCreating)}, nil
}

// checkName checks the name of a new table.
func checkName(name string) error {
	switch {
	case len(name) < 3:
		return outside(name, "tableName", "Member must have length greater than or equal to 3")
	case len(name) > 255:
		return outside(name, "tableName", "Member must have length less than or equal to 255")
	}
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
		default:
			return outside(name, "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")
		}
	}
	return nil
}

// capacity checks the billing mode and throughput of a new table.
func capacity(in *dynamodb.CreateTableInput) (types.ProvisionedThroughput, error) {
	if in.BillingMode == types.BillingModePayPerRequest {
		if in.ProvisionedThroughput != nil {
			return types.ProvisionedThroughput{}, invalid("One or more parameter values were invalid: " +
				"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST")
		}
		return types.ProvisionedThroughput{ReadCapacityUnits: aws.Int64(0), WriteCapacityUnits: aws.Int64(0)}, nil
	}
	p := in.ProvisionedThroughput
	if p == nil || aws.ToInt64(p.ReadCapacityUnits) < 1 || aws.ToInt64(p.WriteCapacityUnits) < 1 {
		return types.ProvisionedThroughput{}, invalid("One or more parameter values were invalid: " +
			"ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED")
	}
	return *p, nil
}

func (c Call) describeTable(in *dynamodb.DescribeTableInput) (*dynamodb.DescribeTableOutput, error) {
	t, err := c.named(in.TableName)
	if err != nil {
		return nil, err
	}
	return &dynamodb.DescribeTableOutput{Table: t.describe(types.TableStatusActive)}, nil
}

func (c Call) deleteTable(in *dynamodb.DeleteTableInput) (*dynamodb.DeleteTableOutput, error) {
	at := c.place(in.TableName)
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.tables[at]
	if t == nil {
		return nil, noSuchTable(at.name)
	}
	if t.protected {
		return nil, invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	}
	delete(c.tables, at)
	return &dynamodb.DeleteTableOutput{TableDescription: t.describe(types.TableStatusDeleting)}, nil
}

// listTables lists by name, up to 100 at a time.
func (c Call) listTables(in *dynamodb.ListTablesInput) (*dynamodb.ListTablesOutput, error) {
	limit := 100
	if in.Limit != nil {
		limit = int(*in.Limit)
	}
	if limit < 1 {
		return nil, outside(limit, "limit", "Member must have value greater than or equal to 1")
	}
	if limit > 100 {
		return nil, outside(limit, "limit", "Member must have value less than or equal to 100")
	}
	names := []string{}
	c.mu.RLock()
	for at := range c.tables {
		if at.account == c.Account && at.region == c.Region && at.name > aws.ToString(in.ExclusiveStartTableName) {
			names = append(names, at.name)
		}
	}
	c.mu.RUnlock()
	slices.Sort(names)
	out := &dynamodb.ListTablesOutput{TableNames: names}
	if len(names) > limit {
		out.TableNames = names[:limit]
		out.LastEvaluatedTableName = aws.String(names[limit-1])
	}
	return out, nil
}
