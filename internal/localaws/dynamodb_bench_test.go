package localaws_test

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws"
)

// BenchmarkItems makes a conditional write and a read through the SDK, in-process.
func BenchmarkItems(b *testing.B) {
	server := localaws.New(localaws.Options{Seed: 1})
	client := dynamodb.NewFromConfig(server.Config("us-east-1", account))
	if _, err := client.CreateTable(b.Context(), &dynamodb.CreateTableInput{
		TableName: s("items"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: s("pk"), AttributeType: "S"}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: s("pk"), KeyType: "HASH"}},
	}); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		key := &types.AttributeValueMemberS{Value: "item#" + strconv.Itoa(i%1000)}
		if _, err := client.PutItem(b.Context(), &dynamodb.PutItemInput{
			TableName: s("items"),
			Item: map[string]types.AttributeValue{
				"pk": key, "state": &types.AttributeValueMemberS{Value: "claimed"}, "owner": &types.AttributeValueMemberS{Value: "worker-17"},
				"attempts": &types.AttributeValueMemberN{Value: "3"}, "until": &types.AttributeValueMemberN{Value: "1767225600"},
			},
			ConditionExpression:       s("attribute_not_exists(pk) OR #s <> :done AND attempts <= :n"),
			ExpressionAttributeNames:  map[string]string{"#s": "state"},
			ExpressionAttributeValues: map[string]types.AttributeValue{":done": &types.AttributeValueMemberS{Value: "done"}, ":n": &types.AttributeValueMemberN{Value: "3"}},
		}); err != nil {
			b.Fatal(err)
		}
		if _, err := client.GetItem(b.Context(), &dynamodb.GetItemInput{
			TableName: s("items"), Key: map[string]types.AttributeValue{"pk": key},
		}); err != nil {
			b.Fatal(err)
		}
	}
}
