package localaws_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go/middleware"

	"github.com/ringfence/ringfence/internal/localaws"
)

// TestDirectAnswers compares answers without a request with answers to requests.
func TestDirectAnswers(t *testing.T) {
	server, plain := inProcess()
	populate(server)
	config := server.Config("us-east-1", account)
	sent := 0
	config.APIOptions = append(config.APIOptions, server.Direct().Answer(account), func(stack *middleware.Stack) error {
		return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("count", func(
			ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler,
		) (middleware.FinalizeOutput, middleware.Metadata, error) {
			sent++
			return next.HandleFinalize(ctx, in)
		}), middleware.Before)
	})
	quick := iam.NewFromConfig(config)
	text := func(v any, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(b, &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "ResultMetadata")
		b, _ = json.Marshal(fields)
		return string(b)
	}
	ctx, role := t.Context(), &iam.GetRoleInput{RoleName: s("r00")}
	if a, b := text(plain.GetRole(ctx, role)), text(quick.GetRole(ctx, role)); a != b {
		t.Errorf("by request:\n%s\ndirectly:\n%s", a, b)
	}
	all := &iam.ListRolesInput{}
	if a, b := text(plain.ListRoles(ctx, all)), text(quick.ListRoles(ctx, all)); a != b {
		t.Errorf("by request:\n%s\ndirectly:\n%s", a, b)
	}
	if sent != 0 || server.Calls()["iam:GetRole"] != 2 {
		t.Errorf("%d requests, calls %v", sent, server.Calls())
	}

	// Failed calls, recorded calls and calls with a fault are requests.
	var none *types.NoSuchEntityException
	if _, err := quick.GetRole(ctx, &iam.GetRoleInput{RoleName: s("nobody")}); !errors.As(err, &none) || sent != 1 {
		t.Errorf("%v after %d requests", err, sent)
	}
	if _, err := quick.TagRole(ctx, &iam.TagRoleInput{RoleName: s("r00"), Tags: []types.Tag{{Key: s("a"), Value: s("b")}}}); err != nil || sent != 2 {
		t.Errorf("%v after %d requests", err, sent)
	}
	remove := server.Inject(localaws.Fault{On: "iam:GetRole", Do: localaws.Refuse{Status: 403, Code: "AccessDenied", Message: "no"}})
	if _, err := quick.GetRole(ctx, role); code(err) != "AccessDenied" || sent != 3 {
		t.Errorf("%v after %d requests", err, sent)
	}
	remove()

	table := dynamodb.NewFromConfig(config)
	_, err := table.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: s("table"), BillingMode: dbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dbtypes.AttributeDefinition{{AttributeName: s("pk"), AttributeType: dbtypes.ScalarAttributeTypeS}},
		KeySchema:            []dbtypes.KeySchemaElement{{AttributeName: s("pk"), KeyType: dbtypes.KeyTypeHash}},
	})
	if err != nil {
		t.Fatal(err)
	}
	sent = 0
	put := &dynamodb.PutItemInput{
		TableName: s("table"), Item: map[string]dbtypes.AttributeValue{"pk": &dbtypes.AttributeValueMemberS{Value: "k"}},
		ConditionExpression: s("attribute_not_exists(pk)"),
	}
	if _, err := table.PutItem(ctx, put); err != nil || sent != 0 {
		t.Errorf("%v after %d requests", err, sent)
	}
	var failed *dbtypes.ConditionalCheckFailedException
	if _, err := table.PutItem(ctx, put); !errors.As(err, &failed) || sent != 1 {
		t.Errorf("%v after %d requests", err, sent)
	}
	out, err := table.GetItem(ctx, &dynamodb.GetItemInput{TableName: s("table"), Key: put.Item})
	if err != nil || len(out.Item) != 1 || sent != 1 {
		t.Errorf("%v, %v after %d requests", out, err, sent)
	}
}
