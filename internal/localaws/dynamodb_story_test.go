package localaws_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// These stories also run on moto: see TestSameAnswersAsMoto.

// storyClient returns a client that sees no tables of another story.
func storyClient(t *testing.T, config aws.Config) *dynamodb.Client {
	t.Helper()
	config.RetryMaxAttempts = 1 // moto fails where it should refuse
	c := dynamodb.NewFromConfig(config)
	for _, name := range must(c.ListTables(t.Context(), &dynamodb.ListTablesInput{}))(t).TableNames {
		must(c.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: &name}))(t)
	}
	return c
}

// conditionStory tests conditions that are true and ones that are refused.
func conditionStory(t *testing.T, config aws.Config) (lines []string) {
	c := storyClient(t, config)
	makeTable(t, c, "conditions", "pk:S")
	put(t, c, "conditions", conditioned())
	for _, x := range conditionCases {
		if !motoErrs[x.expression] {
			lines = append(lines, x.expression+": "+judge(t, c, x.expression))
		}
	}
	// Moto accepts the other expressions that AWS refuses, or fails.
	for _, expression := range []string{"state = :done", "n.Name = :one", "((n = :one))", "exists(n)"} {
		lines = append(lines, fmt.Sprint(expression, ": ", strings.Contains(judge(t, c, expression), "ValidationException")))
	}
	return lines
}

// motoErrs are the calls for which moto differs from AWS.
var motoErrs = map[string]bool{
	// Moto fails for different types, missing values and these parentheses, and does not compare
	// parts of binary values.
	"n < :done": true, "size(#absent) < :one": true, "(n) = (:two)": true, "begins_with(bytes, :b)": true, "contains(bytes, :b)": true,
	":3 = n AND :p = p": true, "p = :p AND :3 >= n": true,
	// Moto spells numbers differently, and orders values past a list's end differently.
	"SET n = :half + :half": true, "SET lst[1] = :one, lst[9] = :half, lst[7] = :one": true,
	// Moto accepts, or fails for, what AWS refuses.
	"SET n = :one + :one + :one": true, "SET #absent = :one": true, "SET lst.k = :one": true, "SET n = :big + n": true,
	"empty sort key": true, "get by wrong key": true, "large number": true, "long number": true, "set with duplicates": true,
	"numbers with duplicates": true, "wrong in a list": true, "too deep": true, "unused value": true, "values, no expression": true,
	"empty names": true, "bad value's name": true, "bad value": true, "short name": true, "odd name": true, "projection overlaps": true,
	"projection conflicts": true, "counted projection": true, "no limit": true, "bad start": true, "query by one twice": true, "query, wrong type": true,
	"query with OR": true, "query with <>": true,
	// Moto uses another error code, and serves the legacy parameters.
	"no table, TTL": true, "legacy": true,
}

func updateStory(t *testing.T, config aws.Config) (lines []string) {
	c := storyClient(t, config)
	makeTable(t, c, "items", "pk:S")
	for _, x := range updateCases {
		if got, err := update(t, c, updated(), x.expression, types.ReturnValueAllNew); !motoErrs[x.expression] {
			lines = append(lines, tell(x.expression, got, err))
		}
	}
	for _, x := range updateErrors {
		if _, err := update(t, c, updated(), x.expression, ""); !motoErrs[x.expression] {
			lines = append(lines, tell(x.expression, nil, err))
		}
	}
	for _, returned := range []types.ReturnValue{"", "NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"} {
		got, err := update(t, c, updated(), "SET n = :one, k = :s REMOVE label", returned)
		lines = append(lines, tell("update "+string(returned), got, err))
	}
	return lines
}

func rangeStory(t *testing.T, config aws.Config) (lines []string) {
	c := storyClient(t, config)
	ranged(t, c)
	for _, x := range rangeCases {
		if motoErrs[x.condition] {
			continue
		}
		for _, forward := range []bool{true, false} {
			in := inRange(x.condition)
			in.ScanIndexForward = &forward
			out, err := c.Query(t.Context(), in)
			if err != nil {
				lines = append(lines, tell(x.condition, nil, err))
				continue
			}
			lines = append(lines, x.condition+": "+plainNumbers(sortKeys(out.Items)))
		}
	}
	return lines
}

// plainNumbers spells numbers alike: moto keeps them as they were sent.
func plainNumbers(text string) string {
	fields := strings.Fields(text)
	for i, f := range fields {
		if n, err := strconv.ParseFloat(f, 64); err == nil {
			fields[i] = strconv.FormatFloat(n, 'g', -1, 64)
		}
	}
	return strings.Join(fields, " ")
}

func refusalStory(t *testing.T, config aws.Config) (lines []string) {
	c := storyClient(t, config)
	makeTable(t, c, "items", "pk:S")
	makeTable(t, c, "pairs", "a:N", "b:B")
	for _, r := range refusals {
		if !motoErrs[r.name] {
			lines = append(lines, tell(r.name, nil, r.call(t.Context(), c)))
		}
	}
	return lines
}

// itemStory claims an item, fails to claim it again, and deletes it.
func itemStory(t *testing.T, config aws.Config) (lines []string) {
	c, ctx := storyClient(t, config), t.Context()
	add := func(what string, answer any, err error) {
		var failed *types.ConditionalCheckFailedException
		if errors.As(err, &failed) {
			what += " " + strings.Join(slices.Sorted(maps.Keys(failed.Item)), ",")
		}
		lines = append(lines, tell(what, answer, err))
	}
	makeTable(t, c, "items", "pk:S")
	for range 2 {
		out, err := c.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: s("items"), Item: allTypes(), ConditionExpression: s("attribute_not_exists(pk)"),
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		if err == nil {
			add("put", out.Attributes, nil)
		} else {
			add("put again", nil, err)
		}
	}
	add("get", get(t, c, "items", pk("all")), nil)
	for _, projection := range []string{"m.l[1], l[0]", "pk, nothing", "l, s"} {
		out, err := c.GetItem(ctx, &dynamodb.GetItemInput{TableName: s("items"), Key: pk("all"), ProjectionExpression: &projection})
		if err != nil {
			add(projection, nil, err)
			continue
		}
		add(projection, out.Item, nil)
	}
	for range 2 {
		out, err := c.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: s("items"), Key: pk("all"), ConditionExpression: s("attribute_exists(pk)"), ReturnValues: types.ReturnValueAllOld,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		if err == nil {
			add("delete", len(out.Attributes), nil)
		} else {
			add("delete again", nil, err)
		}
	}
	out, err := c.Scan(ctx, &dynamodb.ScanInput{TableName: s("items")})
	add("scan", out.Items, err)
	return lines
}

func tableStory(t *testing.T, config aws.Config) (lines []string) {
	c, ctx := storyClient(t, config), t.Context()
	add := func(what string, answer any, err error) { lines = append(lines, tell(what, answer, err)) }
	makeTable(t, c, "first", "pk:S")
	makeTable(t, c, "second", "a:N", "b:B")
	described := must(c.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: s("second")}))(t).Table
	add("describe", []any{described.TableArn, described.TableStatus, described.KeySchema, described.AttributeDefinitions, described.BillingModeSummary.BillingMode, described.ItemCount}, nil)
	for _, in := range []*dynamodb.ListTablesInput{{}, {Limit: aws.Int32(1)}, {ExclusiveStartTableName: s("first")}} {
		out, err := c.ListTables(ctx, in)
		add("list", []any{out.TableNames, out.LastEvaluatedTableName}, err)
	}
	for _, on := range []bool{true, false} {
		_, err := c.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName: s("first"), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: s("end"), Enabled: &on},
		})
		add("set TTL", nil, err)
		out, err := c.DescribeTimeToLive(ctx, &dynamodb.DescribeTimeToLiveInput{TableName: s("first")})
		add("TTL", out.TimeToLiveDescription.TimeToLiveStatus, err)
	}
	for _, on := range []bool{true, false} {
		_, err := c.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{
			TableName: s("first"), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: &on},
		})
		add("set backups", nil, err)
		out, err := c.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: s("first")})
		d := out.ContinuousBackupsDescription
		add("backups", []any{d.ContinuousBackupsStatus, d.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus}, err)
	}
	for range 2 {
		_, err := c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: s("first")})
		add("delete", nil, err)
	}
	return lines
}
