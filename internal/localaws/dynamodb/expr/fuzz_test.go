package expr_test

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

func fuzzed() value.Item {
	number := func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
	return value.Item{
		"a": number("1"), "b": &types.AttributeValueMemberS{Value: "text"}, "c": &types.AttributeValueMemberSS{Value: []string{"x", "y"}},
		"d": &types.AttributeValueMemberM{Value: value.Item{"e": &types.AttributeValueMemberL{Value: []types.AttributeValue{number("2"), number("3")}}}},
	}
}

// FuzzExpressions parses a text as each kind of expression, and uses it on an item that must not
// change.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"a = :n", "#a <> :s AND NOT (b BETWEEN :s AND :t OR a IN (:n, :m))", "attribute_exists(d.e[0]) and size(c) > :n", "begins_with(b, :s)",
		"contains(c, :s) OR attribute_type(a, :t)", "(a) = :n", "((a = :n))", "a = :n AND b > :s", "SET a = a + :n, d.e[5] = :s REMOVE b ADD c :set",
		"SET d.e = list_append(if_not_exists(d.e, :l), :l) DELETE c :set", "a, b, d.e[1], d.e[0]", "a[0", "#", ":", "\"", "é", "a..b", "a = :n = :n",
	} {
		f.Add(seed)
	}
	names := map[string]string{"#a": "a", "#d": "d"}
	f.Fuzz(func(t *testing.T, text string) {
		values := value.Item{
			":n": &types.AttributeValueMemberN{Value: "1"}, ":m": &types.AttributeValueMemberN{Value: "2.5"}, ":s": &types.AttributeValueMemberS{Value: "t"},
			":t": &types.AttributeValueMemberS{Value: "te"}, ":set": &types.AttributeValueMemberSS{Value: []string{"x", "z"}},
			":l": &types.AttributeValueMemberL{Value: []types.AttributeValue{&types.AttributeValueMemberN{Value: "9"}}},
		}
		r, err := expr.New(names, values)
		if err != nil {
			t.Fatal(err)
		}
		item := fuzzed()
		if c, err := r.Condition("ConditionExpression", &text); err == nil {
			opposite := "NOT (" + text + ")"
			if o, err := r.Condition("ConditionExpression", &opposite); err == nil && o.Holds(item) == c.Holds(item) {
				t.Errorf("%q and its opposite are both %t", text, c.Holds(item))
			}
			c.Holds(nil)
			c.Mentions("a")
		}
		if u, err := r.Update(&text); err == nil {
			_, _ = u.Apply(item)
			u.Touched(item)
			u.Touches("a")
		}
		if p, err := r.Projection(&text); err == nil {
			p.Of(item)
		}
		_, _ = r.KeyConditions(&text)
		_ = r.Done("ConditionExpression")
		if !reflect.DeepEqual(item, fuzzed()) {
			t.Errorf("%q changed the item: %v", text, item)
		}
	})
}
