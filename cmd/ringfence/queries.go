package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/ringfence/ringfence/internal/lake"
	"github.com/ringfence/ringfence/internal/lake/query"
	"github.com/ringfence/ringfence/internal/logs"
)

// URL schemes of sources that are queried on AWS, so that only the selected events are read.
const (
	athenaScheme = "athena://"
	lakeScheme   = "lake://"
)

// isQuery reports whether a path names such a source.
func isQuery(path string) bool {
	return strings.HasPrefix(path, athenaScheme) || strings.HasPrefix(path, lakeScheme)
}

// querySource is a table in Athena, or an event data store in CloudTrail Lake.
type querySource struct {
	path                       string
	lake                       bool
	workgroup, database, table string
	store, owner, region       string
}

// parseQuery parses the path of a source that is queried.
func parseQuery(path string) (querySource, error) {
	if store, ok := strings.CutPrefix(path, lakeScheme); ok {
		q := querySource{path: path, lake: true, store: store}
		if name, err := arn.Parse(store); err == nil {
			id, ok := strings.CutPrefix(name.Resource, "eventdatastore/")
			if !ok || name.Service != "cloudtrail" {
				return querySource{}, fmt.Errorf("%s: must be lake://ID or lake://ARN of an event data store, from aws cloudtrail list-event-data-stores", path)
			}
			q.store, q.owner, q.region = id, name.AccountID, name.Region
		}
		return q, nil
	}
	workgroup, table, ok := strings.Cut(strings.TrimPrefix(path, athenaScheme), "/")
	database, table, dotted := strings.Cut(table, ".")
	if !ok || !dotted || workgroup == "" || database == "" || table == "" || strings.Contains(database, "/") || strings.ContainsAny(table, "./") {
		return querySource{}, fmt.Errorf("%s: must be athena://WORKGROUP/DATABASE.TABLE", path)
	}
	return querySource{path: path, workgroup: workgroup, database: database, table: table}, nil
}

// openQuery returns a source that selects its events with a query. The query runs when the
// source is opened. The query and its cost are then written to w.
func openQuery(path, profile string, want query.Want, w io.Writer) (logs.Source, error) {
	if _, err := queryPlan(path, want); err != nil { // report an invalid query before anything is read
		return logs.Source{}, err
	}
	q, err := parseQuery(path)
	if err != nil {
		return logs.Source{}, err
	}
	options := lake.Options{Say: func(text string) { fmt.Fprintln(w, clean(q.path)+": "+cleanLines(text)) }}
	return logs.Source{Name: path, Open: func(ctx context.Context) (io.ReadCloser, error) {
		loaded, err := awsConfig(ctx, profile, q.region, "see the query with --dry-run, which needs none")
		if err != nil {
			return nil, err
		}
		if q.lake {
			return lake.CloudTrail{API: cloudtrail.NewFromConfig(loaded), Store: q.store, Owner: q.owner, Want: want}.Open(ctx, options)
		}
		return lake.Athena{
			API: athena.NewFromConfig(loaded), Workgroup: q.workgroup, Database: q.database, Table: q.table, Want: want,
		}.Open(ctx, options)
	}}, nil
}

// queryPlan returns the query for a path and what it would cost. It does not call AWS.
func queryPlan(path string, want query.Want) (string, error) {
	q, err := parseQuery(path)
	if err != nil {
		return "", err
	}
	if q.lake {
		plan, err := query.Lake(q.store, want)
		if err != nil {
			return "", err
		}
		return clean(q.path) + " would run in CloudTrail Lake:\n\n" + cleanLines(plan.SQL) + "\n\nIt reads " + plan.Reads + ".\n" + query.LakePrice.Before() + "\n", nil
	}
	plan, err := query.Manual(q.database, q.table).Query(want)
	if err != nil {
		return "", err
	}
	return clean(q.path) + " would run in Athena:\n\n" + cleanLines(plan.SQL) + "\n\nIt reads " + plan.Reads + ", if the table is created as in AWS's guide:\n" +
		"https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html\n" +
		"A run reads the columns and partitions of the table first, and prints the query that it uses.\n" +
		query.AthenaPrice.Before() + "\n", nil
}

// cleanLines makes text of several lines safe to print.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = clean(line)
	}
	return strings.Join(lines, "\n")
}
