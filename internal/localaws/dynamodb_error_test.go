package localaws_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
)

// refusal is a call that AWS refuses, and AWS's error.
type refusal struct {
	name string
	call func(context.Context, *dynamodb.Client) error
	want string // the code, a colon, and a part of the message
}

// did returns a call whose answer does not matter.
func did[I, O any](f func(*dynamodb.Client, context.Context, *I, ...func(*dynamodb.Options)) (*O, error), in *I) func(context.Context, *dynamodb.Client) error {
	return func(ctx context.Context, c *dynamodb.Client) error {
		_, err := f(c, ctx, in)
		return err
	}
}

var (
	putItem    = (*dynamodb.Client).PutItem
	getItem    = (*dynamodb.Client).GetItem
	deleteItem = (*dynamodb.Client).DeleteItem
	updateItem = (*dynamodb.Client).UpdateItem
	query      = (*dynamodb.Client).Query
	scan       = (*dynamodb.Client).Scan
)

// putting returns a PutItem of an item with the key x and another attribute.
func putting(v types.AttributeValue) *dynamodb.PutItemInput {
	return &dynamodb.PutItemInput{TableName: s("items"), Item: item{"pk": str1("x"), "v": v}}
}

func numbered(n string) *dynamodb.PutItemInput { return putting(&num{Value: n}) }

// refusals are calls on the tables items (pk) and pairs (a: a number, b: binary).
var refusals = []refusal{
	{"no table", did(putItem, &dynamodb.PutItemInput{TableName: s("none"), Item: pk("x")}), "ResourceNotFoundException: Requested resource not found"},
	{"no table, get", did(getItem, &dynamodb.GetItemInput{TableName: s("none"), Key: pk("x")}), "ResourceNotFoundException: Requested resource not found"},
	{"no table, describe", did((*dynamodb.Client).DescribeTable, &dynamodb.DescribeTableInput{TableName: s("none")}), "ResourceNotFoundException: Requested resource not found: Table: none not found"},
	{"no table, delete", did((*dynamodb.Client).DeleteTable, &dynamodb.DeleteTableInput{TableName: s("none")}), "ResourceNotFoundException: Requested resource not found: Table: none not found"},
	{"no table, TTL", did((*dynamodb.Client).DescribeTimeToLive, &dynamodb.DescribeTimeToLiveInput{TableName: s("none")}), "ResourceNotFoundException: Requested resource not found: Table: none not found"},
	{"no table, backups", did((*dynamodb.Client).DescribeContinuousBackups, &dynamodb.DescribeContinuousBackupsInput{TableName: s("none")}), "TableNotFoundException: Table not found: none"},

	{"no key", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: item{"v": str1("x")}}), "ValidationException: One or more parameter values were invalid: Missing the key pk in the item"},
	{"no sort key", did(putItem, &dynamodb.PutItemInput{TableName: s("pairs"), Item: item{"a": num1(1)}}), "ValidationException: One or more parameter values were invalid: Missing the key b in the item"},
	{"wrong key", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: item{"pk": num1(1)}}), "ValidationException: One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N"},
	{"empty key", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("")}), "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk"},
	{"empty sort key", did(putItem, &dynamodb.PutItemInput{TableName: s("pairs"), Item: item{"a": num1(1), "b": &types.AttributeValueMemberB{Value: []byte{}}}}), "ValidationException: One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty binary value. Key: b"},
	{"long key", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk(strings.Repeat("x", 2049))}), "ValidationException: One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"},
	{"long sort key", did(putItem, &dynamodb.PutItemInput{TableName: s("pairs"), Item: item{"a": num1(1), "b": &types.AttributeValueMemberB{Value: make([]byte, 1025)}}}), "ValidationException: One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes"},
	{"get by wrong key", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: item{"pk": num1(1)}}), "ValidationException: The provided key element does not match the schema"},
	{"get by more", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: item{"pk": str1("x"), "v": num1(1)}}), "ValidationException: The provided key element does not match the schema"},
	{"get by other", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: item{"v": str1("x")}}), "ValidationException: The provided key element does not match the schema"},
	{"get by empty key", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: pk("")}), "ValidationException: One or more parameter values are not valid."},
	{"delete by wrong key", did(deleteItem, &dynamodb.DeleteItemInput{TableName: s("pairs"), Key: item{"a": num1(1)}}), "ValidationException: The provided key element does not match the schema"},
	{"update by wrong key", did(updateItem, &dynamodb.UpdateItemInput{TableName: s("pairs"), Key: item{"a": num1(1)}}), "ValidationException: The provided key element does not match the schema"},

	{"large item", did(putItem, putting(str1(strings.Repeat("x", 400<<10-3)))), "ValidationException: Item size has exceeded the maximum allowed size"},
	{"no number", did(putItem, numbered("many")), "ValidationException: The parameter cannot be converted to a numeric value: many"},
	{"empty number", did(putItem, numbered("")), "ValidationException: The parameter cannot be converted to a numeric value"},
	{"large number", did(putItem, numbered("1e126")), "ValidationException: Number overflow. Attempting to store a number with magnitude larger than supported range"},
	{"small number", did(putItem, numbered("1e-131")), "ValidationException: Number underflow. Attempting to store a number with magnitude smaller than supported range"},
	{"long number", did(putItem, numbered(strings.Repeat("1", 39))), "ValidationException: Attempting to store more than 38 significant digits in a Number"},
	{"false null", did(putItem, putting(&types.AttributeValueMemberNULL{})), "ValidationException: One or more parameter values were invalid: Null attribute value types must have the value of true"},
	{"empty set", did(putItem, putting(&types.AttributeValueMemberSS{Value: []string{}})), "ValidationException: One or more parameter values were invalid: An string set  may not be empty"},
	{"set with duplicates", did(putItem, putting(&types.AttributeValueMemberSS{Value: []string{"a", "a"}})), "ValidationException: One or more parameter values were invalid: Input collection [a, a] contains duplicates."},
	{"numbers with duplicates", did(putItem, putting(&types.AttributeValueMemberNS{Value: []string{"1", "1.0"}})), "ValidationException: Input collection contains duplicates"},
	{"wrong in a list", did(putItem, putting(&list{Value: []types.AttributeValue{&num{Value: "x"}}})), "ValidationException: The parameter cannot be converted to a numeric value: x"},
	{"too deep", did(putItem, putting(nested(33))), "ValidationException: Nesting Levels have exceeded supported limits"},

	{"unused name", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("attribute_exists(pk)"), ExpressionAttributeNames: map[string]string{"#b": "b", "#a": "a"}}), "ValidationException: Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #b}"},
	{"unused value", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("attribute_exists(pk)"), ExpressionAttributeValues: item{":a": num1(1)}}), "ValidationException: Value provided in ExpressionAttributeValues unused in expressions: keys: {:a}"},
	{"names, no expression", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: pk("x"), ExpressionAttributeNames: map[string]string{"#b": "b"}}), "ValidationException: ExpressionAttributeNames can only be specified when using expressions"},
	{"values, no expression", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ExpressionAttributeValues: item{":a": num1(1)}}), "ValidationException: ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
	{"values, no expressions", did(updateItem, &dynamodb.UpdateItemInput{TableName: s("items"), Key: pk("x"), ExpressionAttributeValues: item{":a": num1(1)}}), "ValidationException: ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null"},
	{"empty names", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("attribute_exists(pk)"), ExpressionAttributeNames: map[string]string{}}), "ValidationException: ExpressionAttributeNames must not be empty"},
	{"empty values", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("attribute_exists(pk)"), ExpressionAttributeValues: item{}}), "ValidationException: ExpressionAttributeValues must not be empty"},
	{"bad name", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("attribute_exists(pk)"), ExpressionAttributeNames: map[string]string{"b": "b"}}), `ValidationException: ExpressionAttributeNames contains invalid key: Syntax error; key: "b"`},
	{"bad value's name", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("attribute_exists(pk)"), ExpressionAttributeValues: item{":": num1(1)}}), `ValidationException: ExpressionAttributeValues contains invalid key: Syntax error; key: ":"`},
	{"bad value", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ConditionExpression: s("pk = :a"), ExpressionAttributeValues: item{":a": &num{Value: "x"}}}), "ValidationException: ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :a"},
	{"return new", did(putItem, &dynamodb.PutItemInput{TableName: s("items"), Item: pk("x"), ReturnValues: types.ReturnValueAllNew}), "ValidationException: ReturnValues can only be ALL_OLD or NONE"},
	{"return what", did(updateItem, &dynamodb.UpdateItemInput{TableName: s("items"), Key: pk("x"), ReturnValues: "SOME"}), "ValidationException: 1 validation error detected: Value 'SOME' at 'returnValues'"},
	{"condition fails", did(deleteItem, &dynamodb.DeleteItemInput{TableName: s("items"), Key: pk("y"), ConditionExpression: s("attribute_exists(pk)")}), "ConditionalCheckFailedException: The conditional request failed"},

	{"table exists", did((*dynamodb.Client).CreateTable, creating("items", "pk")), "ResourceInUseException: Table already exists: items"},
	{"short name", did((*dynamodb.Client).CreateTable, creating("ab", "pk")), "ValidationException: 1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3"},
	{"odd name", did((*dynamodb.Client).CreateTable, creating("a b c", "pk")), "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
	{"undefined key", did((*dynamodb.Client).CreateTable, creating("new", "other")), "ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions"},
	{"no capacity", did((*dynamodb.Client).CreateTable, paying("", nil)), "ValidationException: One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
	{"capacity on demand", did((*dynamodb.Client).CreateTable, paying(types.BillingModePayPerRequest, aws.Int64(1))), "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
	{"projection overlaps", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: pk("x"), ProjectionExpression: s("a.b, a")}), "ValidationException: Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]"},
	{"projection conflicts", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: pk("x"), ProjectionExpression: s("a.b, a[0]")}), "ValidationException: Invalid ProjectionExpression: Two document paths conflict with each other"},
	{"legacy", did(getItem, &dynamodb.GetItemInput{TableName: s("items"), Key: pk("x"), AttributesToGet: []string{"pk"}}), "ValidationException: localaws does not serve the parameter AttributesToGet"},

	{"no limit", did(scan, &dynamodb.ScanInput{TableName: s("items"), Limit: aws.Int32(0)}), "ValidationException: 1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
	{"no segments", did(scan, &dynamodb.ScanInput{TableName: s("items"), Segment: aws.Int32(0)}), "ValidationException: The TotalSegments parameter is required"},
	{"past the segments", did(scan, &dynamodb.ScanInput{TableName: s("items"), Segment: aws.Int32(2), TotalSegments: aws.Int32(2)}), "ValidationException: The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2"},
	{"index", did(scan, &dynamodb.ScanInput{TableName: s("items"), IndexName: s("index")}), "ValidationException: localaws does not serve the parameter IndexName"},
	{"counted projection", did(scan, &dynamodb.ScanInput{TableName: s("items"), ProjectionExpression: s("pk"), Select: types.SelectCount}), "ValidationException: Cannot specify the ProjectionExpression when choosing to get COUNT"},
	{"no segment", did(scan, &dynamodb.ScanInput{TableName: s("items"), TotalSegments: aws.Int32(2)}), "ValidationException: The Segment parameter is required"},
	{"bad start", did(scan, &dynamodb.ScanInput{TableName: s("items"), ExclusiveStartKey: item{"pk": num1(1)}}), "ValidationException: The provided starting key is invalid: The provided key element does not match the schema"},
	{"query, no key", did(query, &dynamodb.QueryInput{TableName: s("items")}), "ValidationException: Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
	{"query by other", did(query, querying("v = :one")), "ValidationException: Query condition missed key schema element: a"},
	{"query by sort key", did(query, querying("b = :bin")), "ValidationException: Query condition missed key schema element: a"},
	{"query by order", did(query, querying("a > :one")), "ValidationException: Query key condition not supported"},
	{"query by both and more", did(query, querying("a = :one AND b = :bin AND c = :one")), "ValidationException: Query key condition not supported"},
	{"query by another", did(query, querying("a = :one AND c = :one")), "ValidationException: Query condition missed key schema element: b"},
	{"query by one twice", did(query, querying("a = :one AND a = :one")), "ValidationException: KeyConditionExpressions must only contain one condition per key"},
	{"query, wrong type", did(query, querying("a = :bin")), "ValidationException: One or more parameter values were invalid: Condition parameter type does not match schema type"},
	{"query with OR", did(query, querying("a = :one OR a = :one")), "ValidationException: Invalid operator used in KeyConditionExpression: OR"},
	{"query with <>", did(query, querying("a <> :one")), "ValidationException: Invalid operator used in KeyConditionExpression: <>"},
	{"query with contains", did(query, querying("contains(a, :one)")), "ValidationException: Invalid operator used in KeyConditionExpression: contains"},
	{"query into", did(query, querying("a.b = :one")), "ValidationException: KeyConditionExpressions cannot have conditions on nested attributes"},
	{"query by size", did(query, querying("size(a) = :one")), "ValidationException: KeyConditionExpressions cannot contain nested operations"},
	{"query by two names", did(query, querying("a = b")), "ValidationException: Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
	{"query, turned", did(query, querying(":one BETWEEN a AND b")), "ValidationException: Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"},
}

func querying(expression string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{TableName: s("pairs"), KeyConditionExpression: &expression}
	for name, v := range (item{":one": num1(1), ":bin": &types.AttributeValueMemberB{Value: []byte("x")}}) {
		if strings.Contains(expression, name) {
			if in.ExpressionAttributeValues == nil {
				in.ExpressionAttributeValues = item{}
			}
			in.ExpressionAttributeValues[name] = v
		}
	}
	return in
}

func creating(name, key string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: &key, KeyType: "HASH"}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: s("pk"), AttributeType: "S"}},
	}
}

func paying(mode types.BillingMode, units *int64) *dynamodb.CreateTableInput {
	in := creating("paid", "pk")
	in.BillingMode = mode
	if units != nil {
		in.ProvisionedThroughput = &types.ProvisionedThroughput{ReadCapacityUnits: units, WriteCapacityUnits: units}
	}
	return in
}

func nested(depth int) types.AttributeValue {
	v := types.AttributeValue(str1("deep"))
	for range depth {
		v = &list{Value: []types.AttributeValue{v}}
	}
	return v
}

func TestRefusals(t *testing.T) {
	w, c := tables(t)
	makeTable(t, c, "pairs", "a:N", "b:B")
	for _, r := range refusals {
		err := r.call(t.Context(), c)
		var e smithy.APIError
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", r.name, err)
			continue
		}
		if got := fmt.Sprintf("%s: %s", e.ErrorCode(), e.ErrorMessage()); !strings.Contains(got, r.want) {
			t.Errorf("%s: %s, want %s", r.name, got, r.want)
		}
	}
	if got := w.DynamoDB.Items("arn:aws:dynamodb:us-east-1:123456789012:table/items"); len(got) != 0 {
		t.Errorf("stored despite the error: %v", got)
	}
	// Values just within the limits.
	put(t, c, "items", item{"pk": str1(strings.Repeat("x", 2048)), "v": nested(31), "n": &num{Value: "9.9999999999999999999999999999999999999E+125"}})
	put(t, c, "items", putting(str1(strings.Repeat("x", 400<<10-4))).Item)
}

// TestErrorBodies checks the parts of errors that clients other than the SDK may use.
func TestErrorBodies(t *testing.T) {
	w, c := tables(t)
	put(t, c, "items", pk("x"))
	for _, x := range []struct{ body, want string }{
		{`{"TableName":"none","Item":{}}`, `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"Requested resource not found"}`},
		{`{"TableName":"items","Item":{}}`, `{"__type":"com.amazon.coral.validate#ValidationException","message":"One or more parameter values were invalid: Missing the key pk in the item"}`},
		{`{"TableName":"items","Item":{"pk":{}}}`, `{"__type":"com.amazon.coral.validate#ValidationException","message":"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"}`},
		{`{"TableName":"items","Item":{"pk":{"S":"a","N":"1"}}}`, `{"__type":"com.amazon.coral.validate#ValidationException","message":"Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"}`},
		{`{"TableName":"items","Item":{"pk":{"S":1}}}`, `{"__type":"com.amazon.coral.service#SerializationException","message":"Item.pk.S cannot be read as string"}`},
		{`{"TableName":"items","Item":{"pk":5}}`, `{"__type":"com.amazon.coral.service#SerializationException","message":"Item.pk cannot be read as AttributeValue"}`},
		{`{"TableName":"items","Item":{"pk":{"L":[null]}}}`, `{"__type":"com.amazon.coral.validate#ValidationException","message":"Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"}`},
		{`{"TableName":"items","Item":{"pk":{"S":"x"}},"ConditionExpression":"attribute_not_exists(pk)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}`, `{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed","Item":{"pk":{"S":"x"}}}`},
	} {
		answer := post(w.Server, "DynamoDB_20120810.PutItem", "", x.body)
		if answer.Code != 400 || answer.Body.String() != x.want || answer.Header().Get("Content-Type") != "application/x-amz-json-1.0" {
			t.Errorf("%s: %d %s", x.body, answer.Code, answer.Body)
		}
	}
}
