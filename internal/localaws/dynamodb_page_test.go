package localaws_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// rangeCases are key conditions on a partition with the sort keys -10, 0 to 9, and 0.5, with the
// keys that they select, in order.
var rangeCases = []struct {
	condition string
	want      string
}{
	{"p = :p", "-10 0 0.5 1 2 3 4 5 6 7 8 9"},
	{"p = :p AND n = :3", "3"},
	{"n = :3 AND p = :p", "3"},
	{":3 = n AND :p = p", "3"},
	{"p = :p AND n < :3", "-10 0 0.5 1 2"},
	{"p = :p AND n <= :3", "-10 0 0.5 1 2 3"},
	{"p = :p AND :3 >= n", "-10 0 0.5 1 2 3"},
	{"p = :p AND n > :7", "8 9"},
	{"p = :p AND n >= :7", "7 8 9"},
	{"p = :p AND n BETWEEN :3 AND :7", "3 4 5 6 7"},
	{"(p = :p) AND (n BETWEEN :none AND :none)", ""},
	{"p = :q", ""},
	{"#p = :p AND #n < :none", "-10 0"},
}

func ranged(t *testing.T, c *dynamodb.Client) {
	t.Helper()
	makeTable(t, c, "ranges", "p:S", "n:N")
	for _, n := range []string{"5", "-10", "9", "0.50", "00", "1", "3", "2", "8", "4", "7.0", "6"} {
		put(t, c, "ranges", item{"p": str1("p"), "n": &num{Value: n}, "even": &types.AttributeValueMemberBOOL{Value: slices.Contains([]string{"2", "4", "6", "8"}, n)}})
		put(t, c, "ranges", item{"p": str1("other"), "n": &num{Value: n}})
	}
}

// inRange returns the query of a range case.
func inRange(condition string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{TableName: s("ranges"), KeyConditionExpression: &condition, ExpressionAttributeValues: item{}}
	for name, v := range (item{":p": str1("p"), ":q": str1("q"), ":3": num1(3), ":7": num1(7), ":none": &num{Value: "0.25"}}) {
		if slices.Contains(strings.FieldsFunc(condition, func(r rune) bool { return strings.ContainsRune(" ()", r) }), name) {
			in.ExpressionAttributeValues[name] = v
		}
	}
	if strings.Contains(condition, "#p") {
		in.ExpressionAttributeNames = map[string]string{"#p": "p", "#n": "n"}
	}
	return in
}

// sortKeys returns the n of items.
func sortKeys(items []item) string {
	var all []string
	for _, i := range items {
		all = append(all, i["n"].(*num).Value)
	}
	return strings.Join(all, " ")
}

func TestQueries(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.config)
	ranged(t, c)
	for _, x := range rangeCases {
		if out := must(c.Query(t.Context(), inRange(x.condition)))(t); sortKeys(out.Items) != x.want || int(out.Count) != len(out.Items) || out.LastEvaluatedKey != nil {
			t.Errorf("%s: %s, want %s", x.condition, sortKeys(out.Items), x.want)
		}
		for _, limit := range []int32{1, 2, 5} {
			for _, forward := range []bool{true, false} {
				want := strings.Fields(x.want)
				if !forward {
					slices.Reverse(want)
				}
				in := inRange(x.condition)
				in.Limit, in.ScanIndexForward = &limit, &forward
				var got []item
				for pages := dynamodb.NewQueryPaginator(c, in); pages.HasMorePages(); {
					page := must(pages.NextPage(t.Context()))(t)
					if len(page.Items) > int(limit) {
						t.Errorf("%d at a time: %d", limit, len(page.Items))
					}
					got = append(got, page.Items...)
				}
				if sortKeys(got) != strings.Join(want, " ") {
					t.Errorf("%s, %d at a time, forward %t: %s", x.condition, limit, forward, sortKeys(got))
				}
			}
		}
	}
	in := inRange("p = :p")
	in.FilterExpression, in.ProjectionExpression, in.Limit = s("even = :t"), s("n"), aws.Int32(5)
	in.ExpressionAttributeValues[":t"] = &types.AttributeValueMemberBOOL{Value: true}
	out := must(c.Query(t.Context(), in))(t)
	if sortKeys(out.Items) != "2" || out.Count != 1 || out.ScannedCount != 5 || len(out.Items[0]) != 1 {
		t.Errorf("filtered: %+v", out)
	}
	sameItem(t, "last", out.LastEvaluatedKey, item{"p": str1("p"), "n": num1(2)})
	in.Select, in.ProjectionExpression = types.SelectCount, nil
	if out := must(c.Query(t.Context(), in))(t); out.Count != 1 || out.Items != nil {
		t.Errorf("counted: %+v", out)
	}
	in.FilterExpression = s("even = :t AND attribute_exists(n)")
	if _, err := c.Query(t.Context(), in); err == nil || !strings.Contains(err.Error(), "Filter Expression can only contain non-primary key attributes: Primary key attribute: n") {
		t.Errorf("%v", err)
	}
	in = inRange("p = :p")
	in.ExclusiveStartKey = item{"p": str1("other"), "n": num1(2)}
	if _, err := c.Query(t.Context(), in); err == nil || !strings.Contains(err.Error(), "outside query boundaries") {
		t.Errorf("%v", err)
	}
}

func TestQueriesByText(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.config)
	makeTable(t, c, "texts", "p:B", "n:S")
	p := &types.AttributeValueMemberB{Value: []byte{0, 1}}
	for _, n := range []string{"a", "a#1", "a#10", "a#2", "b", "é", "a#"} {
		put(t, c, "texts", item{"p": p, "n": str1(n)})
	}
	for condition, want := range map[string]string{
		"p = :p": "a a# a#1 a#10 a#2 b é", "p = :p AND begins_with(n, :a)": "a# a#1 a#10 a#2", "p = :p AND n > :a": "a#1 a#10 a#2 b é",
	} {
		in := &dynamodb.QueryInput{TableName: s("texts"), KeyConditionExpression: &condition, ExpressionAttributeValues: item{":p": p}}
		if strings.Contains(condition, ":a") {
			in.ExpressionAttributeValues[":a"] = str1("a#")
		}
		var got []string
		for _, i := range must(c.Query(t.Context(), in))(t).Items {
			got = append(got, i["n"].(*str).Value)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q", condition, got)
		}
	}
}

// TestScansMeetEachItemOnce pages through a table while it changes.
func TestScansMeetEachItemOnce(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.Config("us-east-1", account))
	makeTable(t, c, "many", "p:S", "n:N")
	const partitions, each = 40, 5
	for i := range partitions * each {
		put(t, c, "many", item{"p": str1(fmt.Sprintf("p%d", i/each)), "n": num1(i % each)})
	}
	name := func(i item) string { return i["p"].(*str).Value + "/" + i["n"].(*num).Value }
	met := map[string]int{}
	first := ""
	pages := dynamodb.NewScanPaginator(c, &dynamodb.ScanInput{TableName: s("many"), Limit: aws.Int32(7)})
	for n := 0; pages.HasMorePages(); n++ {
		page := must(pages.NextPage(t.Context()))(t)
		for _, i := range page.Items {
			met[name(i)]++
			first += name(i) + " "
		}
		// Items that come and go elsewhere do not matter. The last item returned may be deleted
		// too.
		put(t, c, "many", item{"p": str1(fmt.Sprintf("new%d", n)), "n": num1(0)})
		if last := page.LastEvaluatedKey; last != nil {
			must(c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: s("many"), Key: last}))(t)
		}
	}
	for i := range partitions * each {
		if key := fmt.Sprintf("p%d/%d", i/each, i%each); met[key] != 1 {
			t.Errorf("%s met %d times", key, met[key])
		}
	}
	if strings.HasPrefix(first, "p0/0 p0/1 p0/2 p0/3 p0/4 p1/0") {
		t.Error("the scan returns items in the order of writing")
	}
	count := 0
	for segment := range int32(3) {
		out := must(c.Scan(t.Context(), &dynamodb.ScanInput{TableName: s("many"), Segment: &segment, TotalSegments: aws.Int32(3)}))(t)
		if out.Count == 0 {
			t.Errorf("segment %d is empty", segment)
		}
		count += int(out.Count)
	}
	if all := must(c.Scan(t.Context(), &dynamodb.ScanInput{TableName: s("many"), Select: types.SelectCount}))(t); int(all.Count) != count {
		t.Errorf("%d in segments, %d in all", count, all.Count)
	}
}

// TestPagesEndAtOneMegabyte reads 30 items of 100 kB.
func TestPagesEndAtOneMegabyte(t *testing.T) {
	_, c := tables(t)
	text := str1(strings.Repeat("x", 100_000))
	for i := range 30 {
		put(t, c, "items", item{"pk": str1(strconv.Itoa(i)), "text": text})
	}
	var counts []int32
	for pages := dynamodb.NewScanPaginator(c, &dynamodb.ScanInput{TableName: s("items")}); pages.HasMorePages(); {
		counts = append(counts, must(pages.NextPage(t.Context()))(t).Count)
	}
	if !slices.Equal(counts, []int32{10, 10, 10}) {
		t.Errorf("%v", counts)
	}
}
