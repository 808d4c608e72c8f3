package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// TestTextsAreForgotten parses far more texts than the cache holds.
func TestTextsAreForgotten(t *testing.T) {
	for i := range 2000 {
		r, err := expr.New(nil, value.Item{":v": &types.AttributeValueMemberN{Value: "7"}})
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("n%d = :v", i%1000)
		c, err := r.Condition("ConditionExpression", &text)
		if err != nil || !c.Holds(value.Item{fmt.Sprintf("n%d", i%1000): &types.AttributeValueMemberN{Value: "7"}}) || r.Done() != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
}

// TestDeepTextsEnd has as many parentheses as fit.
func TestDeepTextsEnd(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("(", 4096), strings.Repeat("NOT ", 1000) + "a = b", strings.Repeat("(NOT ", 500) + "a = b" + strings.Repeat(")", 500), "SET a = " + strings.Repeat("(", 4000),
		"a" + strings.Repeat("[0]", 1000) + " = b", strings.Repeat("size(", 800) + "a",
	} {
		r, err := expr.New(nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := r.Condition("ConditionExpression", &text); err == nil {
			c.Holds(value.Item{})
		}
		_, _ = r.Update(&text)
	}
}

// BenchmarkCondition measures a condition without the write.
func BenchmarkCondition(b *testing.B) {
	text := "attribute_not_exists(pk) OR #s <> :done AND attempts <= :n"
	item := value.Item{"pk": &types.AttributeValueMemberS{Value: "x"}, "state": &types.AttributeValueMemberS{Value: "s"}, "attempts": &types.AttributeValueMemberN{Value: "3"}}
	b.ReportAllocs()
	for b.Loop() {
		r, err := expr.New(map[string]string{"#s": "state"}, value.Item{":done": &types.AttributeValueMemberS{Value: "done"}, ":n": &types.AttributeValueMemberN{Value: "3"}})
		if err != nil {
			b.Fatal(err)
		}
		c, err := r.Condition("ConditionExpression", &text)
		if err != nil || !c.Holds(item) || r.Done() != nil {
			b.Fatal(err)
		}
	}
}
