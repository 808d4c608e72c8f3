package localaws_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ringfence/ringfence/internal/localaws"
)

// TestAWSCommandKeepsItems claims, updates and reads items with the AWS CLI.
func TestAWSCommandKeepsItems(t *testing.T) {
	server := localaws.New(localaws.Options{Seed: 1})
	aws := newAWSCommand(t, listen(t, server).URL)
	type answer struct {
		Item, Attributes, LastEvaluatedKey map[string]map[string]any
		Items                              []json.RawMessage
		Count                              int
		TableNames                         []string
		Table                              struct{ TableStatus string }
	}
	do[any](t, aws, "dynamodb", "create-table", "--table-name", "items", "--billing-mode", "PAY_PER_REQUEST", "--key-schema", "AttributeName=pk,KeyType=HASH", "AttributeName=n,KeyType=RANGE",
		"--attribute-definitions", "AttributeName=pk,AttributeType=S", "AttributeName=n,AttributeType=N")
	do[any](t, aws, "dynamodb", "wait", "table-exists", "--table-name", "items")
	do[any](t, aws, "dynamodb", "update-time-to-live", "--table-name", "items", "--time-to-live-specification", "Enabled=true,AttributeName=end")
	for _, n := range []string{"1", "2", "10"} {
		do[any](t, aws, "dynamodb", "put-item", "--table-name", "items", "--item", `{"pk":{"S":"a"},"n":{"N":"`+n+`"},"m":{"M":{"b":{"S":"é"},"l":{"L":[{"BOOL":true},{"NULL":true}]}}}}`,
			"--condition-expression", "attribute_not_exists(pk)")
	}
	got := do[answer](t, aws, "dynamodb", "get-item", "--table-name", "items", "--key", `{"pk":{"S":"a"},"n":{"N":"10"}}`, "--projection-expression", "m.l[0], m.b")
	if text, _ := json.Marshal(got.Item); string(text) != `{"m":{"M":{"b":{"S":"é"},"l":{"L":[{"BOOL":true}]}}}}` {
		t.Errorf("%s", text)
	}
	_, errs, ok := aws.run(t, "dynamodb", "put-item", "--table-name", "items", "--item", `{"pk":{"S":"a"},"n":{"N":"1"}}`,
		"--condition-expression", "attribute_not_exists(pk)", "--return-values-on-condition-check-failure", "ALL_OLD")
	if ok || !strings.Contains(errs, "(ConditionalCheckFailedException)") || !strings.Contains(errs, "The conditional request failed") {
		t.Errorf("%v %s", ok, errs)
	}
	changed := do[answer](t, aws, "dynamodb", "update-item", "--table-name", "items", "--key", `{"pk":{"S":"a"},"n":{"N":"1"}}`, "--update-expression", "ADD #c :one",
		"--expression-attribute-names", `{"#c":"count"}`, "--expression-attribute-values", `{":one":{"N":"1"}}`, "--return-values", "UPDATED_NEW")
	if changed.Attributes["count"]["N"] != "1" {
		t.Errorf("%+v", changed)
	}
	found := do[answer](t, aws, "dynamodb", "query", "--table-name", "items", "--key-condition-expression", "pk = :a AND n > :one", "--expression-attribute-values", `{":a":{"S":"a"},":one":{"N":"1"}}`)
	if found.Count != 2 || !strings.Contains(string(found.Items[1]), `"10"`) {
		t.Errorf("%+v", found)
	}
	all := do[answer](t, aws, "dynamodb", "scan", "--table-name", "items", "--page-size", "1")
	if all.Count != 3 {
		t.Errorf("%+v", all)
	}
	_, errs, ok = aws.run(t, "dynamodb", "delete-item", "--table-name", "items", "--key", `{"pk":{"S":"a"}}`)
	if ok || !strings.Contains(errs, "(ValidationException)") || !strings.Contains(errs, "The provided key element does not match the schema") {
		t.Errorf("%v %s", ok, errs)
	}
	do[any](t, aws, "dynamodb", "delete-table", "--table-name", "items")
	if listed := do[answer](t, aws, "dynamodb", "list-tables"); len(listed.TableNames) != 0 {
		t.Errorf("%+v", listed)
	}
}
