package localaws_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func numbers(all ...int) *list {
	l := &list{Value: []types.AttributeValue{}}
	for _, n := range all {
		l.Value = append(l.Value, num1(n))
	}
	return l
}

func texts(all ...string) *types.AttributeValueMemberSS {
	return &types.AttributeValueMemberSS{Value: all}
}

func bits(all ...string) *types.AttributeValueMemberBS {
	set := &types.AttributeValueMemberBS{}
	for _, b := range all {
		set.Value = append(set.Value, []byte(b))
	}
	return set
}

// updated returns the item before the updates below, and the values that they use.
func updated() item {
	return item{
		"pk": str1("u"), "n": num1(2), "label": str1("t"), "lst": numbers(0, 1, 2, 3), "tags": texts("a", "b"),
		"ids": &types.AttributeValueMemberNS{Value: []string{"1", "2"}}, "bits": bits("a", "b"),
		"m": &dict{Value: item{"n": num1(5), "in": &dict{Value: item{"lst": numbers(7)}}}},
	}
}

var updateValues = item{
	":one": num1(1), ":half": &num{Value: "0.5"}, ":s": str1("s"), ":l": numbers(8, 9), ":none": numbers(),
	":a": texts("a"), ":ab": texts("a", "b"), ":bc": texts("b", "c"), ":big": &num{Value: "1e60"},
	":23": &types.AttributeValueMemberNS{Value: []string{"2", "3"}}, ":bits": bits("b", "c"),
}

// updateCases are updates, with the new value of each attribute that they change, or nil.
var updateCases = []struct {
	expression string
	want       item
}{
	{"SET n = :one", item{"n": num1(1)}},
	{"SET fresh = :s, n = n + :one", item{"fresh": str1("s"), "n": num1(3)}},
	{"set n = n - :half", item{"n": &num{Value: "1.5"}}},
	{"SET n = :half + :half", item{"n": num1(1)}},
	{"SET n = if_not_exists(n, :one), k = if_not_exists(k, :one)", item{"n": num1(2), "k": num1(1)}},
	{"SET k = if_not_exists(k, :one) + :one", item{"k": num1(2)}},
	{"SET n = m.n, m.n = n", item{"n": num1(5), "m": &dict{Value: item{"n": num1(2), "in": &dict{Value: item{"lst": numbers(7)}}}}}},
	{"SET lst = list_append(lst, :l)", item{"lst": numbers(0, 1, 2, 3, 8, 9)}},
	{"SET k = list_append(if_not_exists(k, :none), :l)", item{"k": numbers(8, 9)}},
	{"SET lst[1] = :one, lst[9] = :half, lst[7] = :one", item{"lst": &list{Value: []types.AttributeValue{num1(0), num1(1), num1(2), num1(3), num1(1), &num{Value: "0.5"}}}}},
	{"SET #in.lst[0] = :s, #in.k = :one", item{"m": &dict{Value: item{"n": num1(5), "in": &dict{Value: item{"lst": &list{Value: []types.AttributeValue{str1("s")}}, "k": num1(1)}}}}}},
	{"REMOVE n, absent", item{"n": nil}},
	{"REMOVE lst[0], lst[2], lst[9]", item{"lst": numbers(1, 3)}},
	{"REMOVE m.n SET lst[0] = :one ADD k :one DELETE tags :a", item{"m": &dict{Value: item{"in": &dict{Value: item{"lst": numbers(7)}}}}, "lst": numbers(1, 1, 2, 3), "k": num1(1), "tags": texts("b")}},
	{"SET lst[0] = :one REMOVE lst[1]", item{"lst": numbers(1, 2, 3)}},
	{"ADD n :half", item{"n": &num{Value: "2.5"}}},
	{"ADD tags :bc, k :ab", item{"tags": texts("a", "b", "c"), "k": texts("a", "b")}},
	{"DELETE tags :bc, absent :ab", item{"tags": texts("a")}},
	{"DELETE tags :ab", item{"tags": nil}},
	{"ADD ids :23, bits :bits", item{"ids": &types.AttributeValueMemberNS{Value: []string{"1", "2", "3"}}, "bits": bits("a", "b", "c")}},
	{"DELETE ids :23, bits :bits", item{"ids": &types.AttributeValueMemberNS{Value: []string{"1"}}, "bits": bits("a")}},
}

// updateErrors are updates that AWS refuses, with a part of its message.
var updateErrors = []struct{ expression, want string }{
	{"", "Invalid UpdateExpression: The expression can not be empty;"},
	{"n = :one", `Invalid UpdateExpression: Syntax error; token: "n", near: "n ="`},
	{"SET n", `Syntax error; token: "<EOF>"`},
	{"SET n = :one,", `Syntax error; token: "<EOF>"`},
	{"SET n = :one + :one + :one", `Syntax error; token: "+"`},
	{"ADD n one", `Syntax error; token: "one"`},
	{"REMOVE", `Syntax error; token: "<EOF>"`},
	{"SET n = :one SET k = :one", `The "SET" section can only be used once in an update expression;`},
	{"SET status = :one", "reserved keyword: status"},
	{"SET n = other(n, :one)", "Invalid function name; function: other"},
	{"SET n = if_not_exists(n)", "operator or function: if_not_exists, number of operands: 1"},
	{"SET n = if_not_exists(:one, n)", "Operator or function requires a document path; operator or function: if_not_exists"},
	{"SET n = list_append(n, :one)", "Incorrect operand type for operator or function; operator or function: list_append, operand type: N"},
	{"SET n = n + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S"},
	{"ADD n :s", "Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"},
	{"DELETE n :one", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND"},
	{"SET n = :absent", "An expression attribute value used in expression is not defined; attribute value: :absent"},
	{"SET #absent = :one", "An expression attribute name used in the document path is not defined; attribute name: #absent"},
	{"SET n = :one REMOVE n", "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]"},
	{"SET m = :one, m.n = :one", "path one: [m], path two: [m, n]"},
	{"SET m.n = :one, m[0] = :one", "Two document paths conflict with each other"},
	{"SET pk = :s", "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"},
	{"SET n = absent", "The provided expression refers to an attribute that does not exist in the item"},
	{"SET n = label + :one", "An operand in the update expression has an incorrect data type"},
	{"SET n = list_append(n, :l)", "An operand in the update expression has an incorrect data type"},
	{"ADD label :one", "An operand in the update expression has an incorrect data type"},
	{"ADD n :ab", "An operand in the update expression has an incorrect data type"},
	{"DELETE n :ab", "An operand in the update expression has an incorrect data type"},
	{"SET absent.k = :one", "The document path provided in the update expression is invalid for update"},
	{"REMOVE absent.k", "The document path provided in the update expression is invalid for update"},
	{"SET lst.k = :one", "The document path provided in the update expression is invalid for update"},
	{"SET m[0] = :one", "The document path provided in the update expression is invalid for update"},
	{"SET n = :big + n", "Attempting to store more than 38 significant digits in a Number"},
}

// update stores an item, and updates it.
func update(t *testing.T, c *dynamodb.Client, from item, expression string, returned types.ReturnValue) (item, error) {
	t.Helper()
	put(t, c, "items", from)
	in := &dynamodb.UpdateItemInput{TableName: s("items"), Key: pk("u"), UpdateExpression: &expression, ReturnValues: returned}
	if strings.Contains(expression, "#in") {
		in.UpdateExpression, in.ExpressionAttributeNames = s(strings.ReplaceAll(expression, "#in", "m.#in")), map[string]string{"#in": "in"}
	}
	for _, token := range strings.FieldsFunc(expression, func(r rune) bool { return strings.ContainsRune(" (),=+-", r) }) {
		if v := updateValues[token]; v != nil {
			if in.ExpressionAttributeValues == nil {
				in.ExpressionAttributeValues = item{}
			}
			in.ExpressionAttributeValues[token] = v
		}
	}
	out, err := c.UpdateItem(t.Context(), in)
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

func TestUpdates(t *testing.T) {
	_, c := tables(t)
	for _, x := range updateCases {
		want := updated()
		for name, v := range x.want {
			want[name] = v
			if v == nil {
				delete(want, name)
			}
		}
		got, err := update(t, c, updated(), x.expression, types.ReturnValueAllNew)
		if err != nil {
			t.Errorf("%s: %v", x.expression, err)
			continue
		}
		sameItem(t, x.expression, got, want)
		sameItem(t, x.expression+", stored", get(t, c, "items", pk("u")), want)
	}
	for _, x := range updateErrors {
		_, err := update(t, c, updated(), x.expression, "")
		if code(err) != "ValidationException" || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %s", x.expression, err, x.want)
		}
		sameItem(t, x.expression, get(t, c, "items", pk("u")), updated())
	}
}

func TestUpdateReturns(t *testing.T) {
	_, c := tables(t)
	const expression = "SET n = :one, k = :s, lst[1] = :one, m.n = :one REMOVE label"
	after := updated()
	after["n"], after["k"], after["lst"] = num1(1), str1("s"), numbers(0, 1, 2, 3)
	after["m"].(*dict).Value["n"] = num1(1)
	delete(after, "label")
	for returned, want := range map[types.ReturnValue]item{
		types.ReturnValueNone: nil, "": nil, types.ReturnValueAllOld: updated(), types.ReturnValueAllNew: after,
		types.ReturnValueUpdatedOld: {"n": num1(2), "label": str1("t"), "lst": numbers(1), "m": &dict{Value: item{"n": num1(5)}}},
		types.ReturnValueUpdatedNew: {"n": num1(1), "k": str1("s"), "lst": numbers(1), "m": &dict{Value: item{"n": num1(1)}}},
	} {
		got, err := update(t, c, updated(), expression, returned)
		if err != nil {
			t.Errorf("%s: %v", returned, err)
		}
		sameItem(t, string(returned), got, want)
	}
	// A new item has its key and the set values.
	out := must(c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: s("items"), Key: pk("new"), UpdateExpression: s("ADD n :one"), ExpressionAttributeValues: item{":one": num1(1)}, ReturnValues: types.ReturnValueAllOld,
	}))(t)
	if out.Attributes != nil {
		t.Errorf("%v", out.Attributes)
	}
	sameItem(t, "new", get(t, c, "items", pk("new")), item{"pk": str1("new"), "n": num1(1)})
	must(c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: s("items"), Key: pk("bare")}))(t)
	sameItem(t, "bare", get(t, c, "items", pk("bare")), pk("bare"))
	large := str1(strings.Repeat("x", 300<<10))
	for i, attribute := range []string{"x", "y"} {
		_, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: s("items"), Key: pk("large"), UpdateExpression: s("SET " + attribute + " = :x"), ExpressionAttributeValues: item{":x": large},
		})
		if i == 1 && (err == nil || !strings.Contains(err.Error(), "Item size to update has exceeded the maximum allowed size")) || i == 0 && err != nil {
			t.Errorf("%v", err)
		}
	}
}

// TestFailuresGiveTheItem makes each kind of write fail its condition, and expects the item in the
// error.
func TestFailuresGiveTheItem(t *testing.T) {
	_, c := tables(t)
	put(t, c, "items", updated())
	for name, call := range map[string]func(key item, when *string, give types.ReturnValuesOnConditionCheckFailure) error{
		"put": func(key item, when *string, give types.ReturnValuesOnConditionCheckFailure) error {
			_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: s("items"), Item: key, ConditionExpression: when, ReturnValuesOnConditionCheckFailure: give})
			return err
		},
		"update": func(key item, when *string, give types.ReturnValuesOnConditionCheckFailure) error {
			_, err := c.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: s("items"), Key: key, ConditionExpression: when, ReturnValuesOnConditionCheckFailure: give})
			return err
		},
		"delete": func(key item, when *string, give types.ReturnValuesOnConditionCheckFailure) error {
			_, err := c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: s("items"), Key: key, ConditionExpression: when, ReturnValuesOnConditionCheckFailure: give})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, x := range []struct {
				key  string
				when string
				give types.ReturnValuesOnConditionCheckFailure
				want item
			}{
				{"u", "attribute_not_exists(pk)", types.ReturnValuesOnConditionCheckFailureAllOld, updated()},
				{"u", "attribute_not_exists(pk)", types.ReturnValuesOnConditionCheckFailureNone, nil},
				{"u", "attribute_not_exists(pk)", "", nil},
				{"none", "attribute_exists(pk)", types.ReturnValuesOnConditionCheckFailureAllOld, nil},
			} {
				var failed *types.ConditionalCheckFailedException
				if err := call(pk(x.key), &x.when, x.give); !errors.As(err, &failed) || failed.ErrorMessage() != "The conditional request failed" {
					t.Fatalf("%v", err)
				}
				sameItem(t, x.when, failed.Item, x.want)
			}
			sameItem(t, "stored", get(t, c, "items", pk("u")), updated())
		})
	}
	old := must(c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: s("items"), Key: pk("u"), ConditionExpression: s("n = m.n OR attribute_exists(lst[3])"), ReturnValues: types.ReturnValueAllOld,
	}))(t)
	sameItem(t, "deleted", old.Attributes, updated())
	if get(t, c, "items", pk("u")) != nil {
		t.Error("the item still exists")
	}
}
