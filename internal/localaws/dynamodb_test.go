package localaws_test

import (
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ringfence/ringfence/internal/localaws/events"
)

type (
	item = map[string]types.AttributeValue
	str  = types.AttributeValueMemberS
	num  = types.AttributeValueMemberN
	list = types.AttributeValueMemberL
	dict = types.AttributeValueMemberM
)

func str1(v string) *str { return &str{Value: v} }
func num1(v int) *num    { return &num{Value: strconv.Itoa(v)} }

// sameItem compares items of the SDK's types.
func sameItem(t *testing.T, what string, got, want item) {
	t.Helper()
	if diff := cmp.Diff(want, got, unexported...); diff != "" {
		t.Errorf("%s (- want, + got):\n%s", what, diff)
	}
}

var unexported = []cmp.Option{
	cmpopts.IgnoreUnexported(str{}, num{}, list{}, dict{}, types.AttributeValueMemberB{}, types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{},
		types.AttributeValueMemberSS{}, types.AttributeValueMemberNS{}, types.AttributeValueMemberBS{}),
}

// makeTable makes a table with keys written as name:type.
func makeTable(t *testing.T, c *dynamodb.Client, name string, keys ...string) *types.TableDescription {
	t.Helper()
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest}
	for i, k := range keys {
		attribute, kind, _ := strings.Cut(k, ":")
		in.KeySchema = append(in.KeySchema, types.KeySchemaElement{AttributeName: &attribute, KeyType: []types.KeyType{"HASH", "RANGE"}[i]})
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{AttributeName: &attribute, AttributeType: types.ScalarAttributeType(kind)})
	}
	return must(c.CreateTable(t.Context(), in))(t).TableDescription
}

// tables returns a world with a DynamoDB client, and a table t with the key pk.
func tables(t *testing.T) (*world, *dynamodb.Client) {
	t.Helper()
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.config)
	makeTable(t, c, "items", "pk:S")
	return w, c
}

func put(t *testing.T, c *dynamodb.Client, table string, i item) {
	t.Helper()
	must(c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: i}))(t)
}

func get(t *testing.T, c *dynamodb.Client, table string, key item) item {
	t.Helper()
	return must(c.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: key}))(t).Item
}

func pk(v string) item { return item{"pk": str1(v)} }

func TestTables(t *testing.T) {
	w, c := tables(t)
	made := makeTable(t, c, "other", "a:N", "b:B")
	if made.TableStatus != types.TableStatusCreating || *made.TableArn != "arn:aws:dynamodb:us-east-1:123456789012:table/other" || !made.CreationDateTime.Equal(start) {
		t.Errorf("%+v", made)
	}
	put(t, c, "other", item{"a": num1(1), "b": &types.AttributeValueMemberB{Value: []byte("x")}})
	if err := dynamodb.NewTableExistsWaiter(c).Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: s("other")}, time.Minute); err != nil {
		t.Error(err)
	}
	for _, name := range []*string{s("other"), made.TableArn} {
		d := must(c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: name}))(t).Table
		if d.TableStatus != types.TableStatusActive || *d.ItemCount != 1 || *d.TableSizeBytes != 5 || *d.KeySchema[1].AttributeName != "b" ||
			d.BillingModeSummary.BillingMode != types.BillingModePayPerRequest || *d.TableId != *made.TableId {
			t.Errorf("%+v", d)
		}
	}
	first := must(c.ListTables(t.Context(), &dynamodb.ListTablesInput{Limit: aws.Int32(1)}))(t)
	rest := must(c.ListTables(t.Context(), &dynamodb.ListTablesInput{ExclusiveStartTableName: first.LastEvaluatedTableName}))(t)
	if got := strings.Join(append(first.TableNames, rest.TableNames...), " "); got != "items other" || rest.LastEvaluatedTableName != nil {
		t.Errorf("%s, then %v", got, rest.LastEvaluatedTableName)
	}
	elsewhere := w.config.Copy()
	elsewhere.Region = "eu-west-1"
	if got := must(dynamodb.NewFromConfig(elsewhere).ListTables(t.Context(), &dynamodb.ListTablesInput{}))(t).TableNames; len(got) != 0 {
		t.Errorf("in another region: %v", got)
	}
	kept := creating("kept", "pk")
	kept.DeletionProtectionEnabled = aws.Bool(true)
	must(c.CreateTable(t.Context(), kept))(t)
	if _, err := c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: s("kept")}); code(err) != "ValidationException" {
		t.Errorf("%v", err)
	}
	gone := must(c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: s("other")}))(t)
	if gone.TableDescription.TableStatus != types.TableStatusDeleting {
		t.Errorf("%+v", gone.TableDescription)
	}
	if _, err := c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: s("other")}); code(err) != "ResourceNotFoundException" {
		t.Errorf("%v", err)
	}
}

func TestTableSettings(t *testing.T) {
	w, c := tables(t)
	ttl := func() *types.TimeToLiveDescription {
		return must(c.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: s("items")}))(t).TimeToLiveDescription
	}
	if d := ttl(); d.TimeToLiveStatus != types.TimeToLiveStatusDisabled || d.AttributeName != nil {
		t.Errorf("%+v", d)
	}
	set := func(attribute string, on bool) error {
		_, err := c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
			TableName: s("items"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: &attribute, Enabled: &on},
		})
		return err
	}
	for _, c := range []struct {
		attribute string
		on        bool
		want      string
	}{
		{"until", false, "TimeToLive is already disabled"},
		{"until", true, ""},
		{"until", true, "TimeToLive is already enabled"},
		{"end", true, "TimeToLive is active on a different AttributeName: current AttributeName is until"},
		{"until", false, ""},
		{"end", true, ""},
	} {
		err := set(c.attribute, c.on)
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %t: %v", c.attribute, c.on, err)
		}
	}
	if d := ttl(); d.TimeToLiveStatus != types.TimeToLiveStatusEnabled || *d.AttributeName != "end" {
		t.Errorf("%+v", d)
	}

	backups := func() *types.PointInTimeRecoveryDescription {
		out := must(c.DescribeContinuousBackups(t.Context(), &dynamodb.DescribeContinuousBackupsInput{TableName: s("items")}))(t)
		return out.ContinuousBackupsDescription.PointInTimeRecoveryDescription
	}
	if d := backups(); d.PointInTimeRecoveryStatus != types.PointInTimeRecoveryStatusDisabled {
		t.Errorf("%+v", d)
	}
	must(c.UpdateContinuousBackups(t.Context(), &dynamodb.UpdateContinuousBackupsInput{
		TableName: s("items"), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	}))(t)
	w.clock.Advance(time.Hour)
	if d := backups(); d.PointInTimeRecoveryStatus != types.PointInTimeRecoveryStatusEnabled || !d.EarliestRestorableDateTime.Equal(start) ||
		!d.LatestRestorableDateTime.Equal(start.Add(55*time.Minute)) || *d.RecoveryPeriodInDays != 35 {
		t.Errorf("%+v", d)
	}
}

func TestItemsExpireWhenToldTo(t *testing.T) {
	w, c := tables(t)
	must(c.UpdateTimeToLive(t.Context(), &dynamodb.UpdateTimeToLiveInput{
		TableName: s("items"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: s("end"), Enabled: aws.Bool(true)},
	}))(t)
	now := int(start.Unix())
	for name, end := range map[string]types.AttributeValue{
		"now": num1(now), "past": num1(now - 100), "fraction": &num{Value: strconv.Itoa(now-1) + ".5"},
		"next": num1(now + 1), "long ago": num1(now - 6*366*86400), "text": str1("0"), "none": str1(""),
	} {
		put(t, c, "items", item{"pk": str1(name), "end": end})
	}
	if got := get(t, c, "items", pk("past")); got == nil {
		t.Error("deleted before Expire")
	}
	if n := w.DynamoDB.Expire(start); n != 3 {
		t.Errorf("%d expired", n)
	}
	for _, name := range []string{"next", "long ago", "text", "none"} {
		if get(t, c, "items", pk(name)) == nil {
			t.Errorf("%s expired", name)
		}
	}
	if n := w.DynamoDB.Expire(start.Add(time.Second)); n != 1 || len(w.DynamoDB.Items("arn:aws:dynamodb:us-east-1:123456789012:table/items")) != 3 {
		t.Errorf("%d expired", n)
	}
}

// allTypes returns an item with a value of each type.
func allTypes() item {
	return item{
		"pk": str1("all"), "s": str1(""), "n": &num{Value: "-12.5"}, "b": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"bool": &types.AttributeValueMemberBOOL{Value: false}, "null": &types.AttributeValueMemberNULL{Value: true},
		"ss": &types.AttributeValueMemberSS{Value: []string{"a", "b"}}, "ns": &types.AttributeValueMemberNS{Value: []string{"1", "2"}},
		"bs": &types.AttributeValueMemberBS{Value: [][]byte{{1}, {2}}}, "l": &list{Value: []types.AttributeValue{str1("x"), num1(1), &list{Value: []types.AttributeValue{}}}},
		"m": &dict{Value: item{"in <&> é": &dict{Value: item{}}, "l": &list{Value: []types.AttributeValue{num1(5), num1(6)}}}},
	}
}

func TestItemsOfAllTypes(t *testing.T) {
	w, c := tables(t)
	put(t, c, "items", allTypes())
	sameItem(t, "over HTTP", get(t, c, "items", pk("all")), allTypes())
	local := dynamodb.NewFromConfig(w.Config("us-east-1", account))
	sameItem(t, "in-process", get(t, local, "items", pk("all")), allTypes())
	part := must(c.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: s("items"), Key: pk("all"), ProjectionExpression: s("m.l[1], #n, l[2], l[0], nothing, m.absent"), ExpressionAttributeNames: map[string]string{"#n": "n"},
	}))(t).Item
	sameItem(t, "projected", part, item{
		"n": &num{Value: "-12.5"}, "l": &list{Value: []types.AttributeValue{str1("x"), &list{Value: []types.AttributeValue{}}}},
		"m": &dict{Value: item{"l": &list{Value: []types.AttributeValue{num1(6)}}}},
	})
	if got := get(t, c, "items", pk("none")); got != nil {
		t.Errorf("%v", got)
	}
}

// TestItemsAreNotShared changes inputs and outputs of calls.
func TestItemsAreNotShared(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.Config("us-east-1", account))
	makeTable(t, c, "items", "pk:S")
	spoil := func(i item) {
		i["m"].(*dict).Value["l"].(*list).Value[0].(*num).Value = "99"
		i["b"].(*types.AttributeValueMemberB).Value[0] = 99
		i["ss"].(*types.AttributeValueMemberSS).Value[0] = "spoilt"
		delete(i, "s")
	}
	mine := allTypes()
	put(t, c, "items", mine)
	spoil(mine)
	spoil(get(t, c, "items", pk("all")))
	spoil(w.DynamoDB.Items("arn:aws:dynamodb:us-east-1:123456789012:table/items")[0])
	old := must(c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: s("items"), Item: allTypes(), ReturnValues: types.ReturnValueAllOld}))(t)
	sameItem(t, "replaced", old.Attributes, allTypes())
	spoil(old.Attributes)
	sameItem(t, "stored", get(t, c, "items", pk("all")), allTypes())
}

func TestOnlyTableWritesAreManagement(t *testing.T) {
	w, c := tables(t)
	var seen []string
	w.Subscribe(func(e events.Event) { seen = append(seen, e.Source) })
	put(t, c, "items", pk("a"))
	get(t, c, "items", pk("a"))
	must(c.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: s("items"), Key: pk("a")}))(t)
	must(c.Scan(t.Context(), &dynamodb.ScanInput{TableName: s("items")}))(t)
	must(c.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: s("items")}))(t)
	if len(seen) != 0 {
		t.Errorf("events of items: %v", seen)
	}
	must(c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: s("items")}))(t)
	if len(seen) != 1 || seen[0] != "aws.dynamodb" {
		t.Errorf("%v", seen)
	}
	var missing *types.ResourceNotFoundException
	if _, err := c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: s("items"), Item: pk("a")}); !errors.As(err, &missing) {
		t.Errorf("%v", err)
	}
}
