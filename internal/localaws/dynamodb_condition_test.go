package localaws_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// conditionNames and conditionValues are the names and values used by the conditions below.
var (
	conditionNames  = map[string]string{"#s": "state", "#absent": "absent", "#map": "map", "#dotted": "a.b", "#map_in": "in"}
	conditionValues = item{
		":done": str1("done"), ":do": str1("do"), ":one": num1(1), ":two": num1(2), ":three": num1(3), ":S": str1("S"), ":N": str1("N"),
		":t": &types.AttributeValueMemberBOOL{Value: true}, ":b": &types.AttributeValueMemberB{Value: []byte("by")}, ":l": &list{Value: []types.AttributeValue{num1(7)}},
		":set": &types.AttributeValueMemberSS{Value: []string{"y", "x"}}, ":x": str1("x"), ":X": str1("XX"), ":null": &types.AttributeValueMemberNULL{Value: true},
		":big": &num{Value: "1e2"}, ":small": &num{Value: "-0.5"}, ":m": &dict{Value: item{"in": num1(1)}}, ":seven": num1(7),
	}
)

// conditioned returns the item that the conditions test.
func conditioned() item {
	return item{
		"pk": str1("c"), "state": str1("done"), "n": num1(2), "hundred": num1(100), "below": num1(-1), "flag": &types.AttributeValueMemberBOOL{Value: true},
		"bytes": &types.AttributeValueMemberB{Value: []byte("bytes")}, "tags": &types.AttributeValueMemberSS{Value: []string{"x", "y"}},
		"ns": &types.AttributeValueMemberNS{Value: []string{"1", "2"}}, "map": &dict{Value: item{"in": num1(1), "deep": &list{Value: []types.AttributeValue{str1("x"), num1(7)}}}},
		"lst": &list{Value: []types.AttributeValue{num1(7)}}, "a.b": str1("x"), "nothing": &types.AttributeValueMemberNULL{Value: true}, "blank": str1(""),
		"inside": &dict{Value: item{"in": num1(1)}}, "bits": &types.AttributeValueMemberBS{Value: [][]byte{[]byte("by"), []byte("te")}},
	}
}

// conditionCases are expressions with the result for that item, or a part of the error.
var conditionCases = []struct{ expression, want string }{
	// comparators
	{"#s = :done", "yes"},
	{"#s = :do", "no"},
	{"#s <> :do", "yes"},
	{"#s <> :done", "no"},
	{"n < :three", "yes"},
	{"n < :two", "no"},
	{"n <= :two", "yes"},
	{"n > :one", "yes"},
	{"n > :two", "no"},
	{"n >= :two", "yes"},
	{":three > n", "yes"},
	{"hundred = :big", "yes"},
	{"below < :small", "yes"},
	{"n > :small", "yes"},
	{"#s > :do", "yes"},
	{"bytes > :b", "yes"},
	{"n = hundred", "no"},
	{"tags = :set", "yes"},
	{"lst = :l", "yes"},
	{"#map.deep[1] = :seven", "yes"},
	{"flag = :t", "yes"},
	{"nothing = :null", "yes"},
	// of another type, or missing
	{"n = :done", "no"},
	{"n <> :done", "yes"},
	{"n < :done", "no"},
	{"#absent = :done", "no"},
	{"#absent <> :done", "yes"},
	{"#absent < :done", "no"},
	{"NOT #absent < :done", "yes"},
	// BETWEEN and IN
	{"n BETWEEN :one AND :three", "yes"},
	{"n between :two and :two", "yes"},
	{"hundred BETWEEN :one AND :three", "no"},
	{"#absent BETWEEN :one AND :three", "no"},
	{":two BETWEEN below AND hundred", "yes"},
	{"n IN (:one, :two)", "yes"},
	{"n in (:one)", "no"},
	{"#absent IN (:one)", "no"},
	{"flag IN (:one, :t)", "yes"},
	// functions
	{"attribute_exists(pk)", "yes"},
	{"attribute_exists(#absent)", "no"},
	{"attribute_not_exists(#absent)", "yes"},
	{"attribute_not_exists(pk)", "no"},
	{"attribute_exists(nothing)", "yes"},
	{"attribute_exists(#map.deep[1])", "yes"},
	{"attribute_exists(#map.deep[2])", "no"},
	{"attribute_exists(pk.deep)", "no"},
	{"attribute_type(pk, :S)", "yes"},
	{"attribute_type(n, :S)", "no"},
	{"attribute_type(n, :N)", "yes"},
	{"attribute_type(#absent, :S)", "no"},
	{"begins_with(#s, :do)", "yes"},
	{"begins_with(#s, :x)", "no"},
	{"begins_with(bytes, :b)", "yes"},
	{"begins_with(n, :do)", "no"},
	{"contains(#s, :do)", "yes"},
	{"contains(#s, :x)", "no"},
	{"contains(tags, :x)", "yes"},
	{"contains(tags, :X)", "no"},
	{"contains(ns, :one)", "yes"},
	{"contains(ns, :three)", "no"},
	{"contains(lst, :seven)", "yes"},
	{"contains(#map.deep, :x)", "yes"},
	{"contains(#absent, :x)", "no"},
	{"size(#s) > :three", "yes"},
	{"size(tags) = :two", "yes"},
	{"size(bytes) BETWEEN :one AND :seven", "yes"},
	{"size(#map) IN (:two)", "yes"},
	{"size(lst) = :one", "yes"},
	{"size(blank) < :one", "yes"},
	{"size(#absent) < :one", "no"},
	// logic
	{"n = :two AND #s = :done", "yes"},
	{"n = :one AND #s = :done", "no"},
	{"n = :one OR #s = :done", "yes"},
	{"NOT n = :one", "yes"},
	{"NOT (n = :one OR #s = :done)", "no"},
	{"n = :two OR n = :one AND n = :three", "yes"},
	{"(n = :two OR n = :one) AND n = :three", "no"},
	{"NOT n = :one AND NOT n = :three", "yes"},
	{"n BETWEEN :one AND :three AND #s = :done", "yes"},
	{"(n) = (:two)", "yes"},
	{"attribute_not_exists(pk) or (attribute_exists(#map.#map_in) and not begins_with(#s, :x))", "yes"},
	// names
	{"#dotted = :x", "yes"},
	{"#map.#map_in = :one", "yes"},
	{"#map = :m", "no"},
	{"inside = :m", "yes"},
	{"contains(bytes, :b)", "yes"},
	{"contains(bits, :b)", "yes"},
	{"bits <> tags", "yes"},
}

// conditionErrors are expressions that AWS refuses, with a part of its message.
var conditionErrors = []struct{ expression, want string }{
	{"", "The expression can not be empty;"},
	{"n", `Syntax error; token: "<EOF>", near: "n"`},
	{"n = ", `Syntax error; token: "<EOF>", near: "= "`},
	{"n = :one AND", `Syntax error; token: "<EOF>", near: "AND"`},
	{"n == :one", `Syntax error; token: "=", near: "== :one"`},
	{"n = 1", `Syntax error; token: "1", near: "= 1"`},
	{"(n = :one", `Syntax error; token: "<EOF>"`},
	{"n = :one)", `Syntax error; token: ")"`},
	{"n IN ()", "Syntax error"},
	{"n BETWEEN :one OR :two", "Syntax error"},
	{"AND n = :one", "Syntax error"},
	{"lst[x] = :one", "Syntax error"},
	{"lst[99999999999999999999] = :one", "Syntax error"},
	{"n = :one ; n", "Syntax error"},
	{"é = :one", `Syntax error; token: "é"`},
	{"state = :done", "Attribute name is a reserved keyword; reserved keyword: state"},
	{"#map.in = :one", "reserved keyword: in"},
	{"n.Name = :one", "Attribute name is a reserved keyword; reserved keyword: Name"},
	{"((n = :one))", "The expression has redundant parentheses;"},
	{"((n)) = :one", "The expression has redundant parentheses;"},
	{"n = ((:one))", "The expression has redundant parentheses;"},
	{"exists(n)", "Invalid function name; function: exists"},
	{"Attribute_exists(n)", "Invalid function name; function: Attribute_exists"},
	{"size(n)", "The function is not allowed to be used this way in an expression; function: size"},
	{"NOT size(n)", "The function is not allowed to be used this way in an expression; function: size"},
	{"begins_with(n, :do) = :t", "The function is not allowed to be used this way in an expression; function: begins_with"},
	{"contains(n, begins_with(n, :do))", "The function is not allowed to be used this way in an expression; function: begins_with"},
	{"#what = :one", "An expression attribute name used in the document path is not defined; attribute name: #what"},
	{"n = :what", "An expression attribute value used in expression is not defined; attribute value: :what"},
	{"attribute_exists(n, pk)", "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"},
	{"begins_with(n)", "Incorrect number of operands for operator or function; operator or function: begins_with, number of operands: 1"},
	{"size(n, pk) = :one", "operator or function: size, number of operands: 2"},
	{"attribute_exists(:one)", "Operator or function requires a document path; operator or function: attribute_exists"},
	{"begins_with(pk, :one)", "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"},
	{"attribute_type(pk, n)", "operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
	{"attribute_type(pk, :x)", "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
	{"size(:one) = :one", "Incorrect operand type for operator or function; operator or function: size, operand type: N"},
	{"n < :t", "operand type: BOOL"},
	{"n = n", "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]"},
	{"#map.deep[0] <> #map.deep[0]", "operator: <>, first operand: [map, deep, [0]]"},
	{"n BETWEEN :three AND :one", "upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:3}, upper bound operand: AttributeValue: {N:1}"},
	{"n BETWEEN :one AND :x", "requires same data type for lower and upper bounds"},
	{"n = :one" + strings.Repeat(" ", 4096), "Expression size has exceeded the maximum allowed size; expression size: 4104"},
	{"n IN (" + strings.Repeat(":one,", 100) + ":one)", "too many operands; number of operands: 101"},
}

// judge uses an expression as the condition of a write that changes nothing, and returns yes, no,
// or the error.
func judge(t *testing.T, c *dynamodb.Client, expression string) string {
	t.Helper()
	names, values := referred(expression)
	_, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: s("conditions"), Item: conditioned(), ConditionExpression: &expression,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	var failed *types.ConditionalCheckFailedException
	switch {
	case err == nil:
		return "yes"
	case errors.As(err, &failed):
		return "no"
	}
	return err.Error()
}

// referred returns the names and values that an expression uses.
func referred(expression string) (names map[string]string, values item) {
	for _, token := range strings.FieldsFunc(expression, func(r rune) bool { return strings.ContainsRune(" (),.[]=<>;", r) }) {
		if name, ok := conditionNames[token]; ok {
			if names == nil {
				names = map[string]string{}
			}
			names[token] = name
		}
		if v := conditionValues[token]; v != nil {
			if values == nil {
				values = item{}
			}
			values[token] = v
		}
	}
	return names, values
}

func TestConditions(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.config)
	makeTable(t, c, "conditions", "pk:S")
	put(t, c, "conditions", conditioned())
	for _, x := range conditionCases {
		if got := judge(t, c, x.expression); got != x.want {
			t.Errorf("%s: %s, want %s", x.expression, got, x.want)
		}
		names, values := referred(x.expression)
		out, err := c.Scan(t.Context(), &dynamodb.ScanInput{
			TableName: s("conditions"), FilterExpression: &x.expression, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		})
		if err != nil || (out.Count == 1) != (x.want == "yes") || out.ScannedCount != 1 {
			t.Errorf("%s as a filter: %+v, %v", x.expression, out, err)
		}
	}
	for _, x := range conditionErrors {
		got := judge(t, c, x.expression)
		if !strings.Contains(got, "ValidationException: Invalid ConditionExpression: ") || !strings.Contains(got, x.want) {
			t.Errorf("%.80s: %s, want %s", x.expression, got, x.want)
		}
	}
}
