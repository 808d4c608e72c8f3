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

// How paths begin that are no files: events there are selected by AWS, and the few that are come here.
const (
	athenaScheme = "athena://"
	lakeScheme   = "lake://"
)

// isQuery tells these paths from others.
func isQuery(path string) bool {
	return strings.HasPrefix(path, athenaScheme) || strings.HasPrefix(path, lakeScheme)
}

// asked is where events are selected: a table in Athena, or an event data store of CloudTrail Lake.
type asked struct {
	path                       string
	lake                       bool
	workgroup, database, table string
	store, owner, region       string
}

// readQuery reads such a path.
func readQuery(path string) (asked, error) {
	if store, ok := strings.CutPrefix(path, lakeScheme); ok {
		q := asked{path: path, lake: true, store: store}
		if name, err := arn.Parse(store); err == nil {
			id, ok := strings.CutPrefix(name.Resource, "eventdatastore/")
			if !ok || name.Service != "cloudtrail" {
				return asked{}, fmt.Errorf("%s: it is lake://ID or lake://ARN of an event data store, as aws cloudtrail list-event-data-stores prints it", path)
			}
			q.store, q.owner, q.region = id, name.AccountID, name.Region
		}
		return q, nil
	}
	workgroup, table, ok := strings.Cut(strings.TrimPrefix(path, athenaScheme), "/")
	database, table, dotted := strings.Cut(table, ".")
	if !ok || !dotted || workgroup == "" || database == "" || table == "" || strings.Contains(database, "/") || strings.ContainsAny(table, "./") {
		return asked{}, fmt.Errorf("%s: it is athena://WORKGROUP/DATABASE.TABLE", path)
	}
	return asked{path: path, workgroup: workgroup, database: database, table: table}, nil
}

// querySource is the source of the events that are selected in such a path. Nothing is asked of AWS
// until it is read. What is asked then, and what it cost, is written to w.
func querySource(path, profile string, want query.Want, w io.Writer) (logs.Source, error) {
	if _, err := queryPlan(path, want); err != nil { // what can never be asked is known now
		return logs.Source{}, err
	}
	q, err := readQuery(path)
	if err != nil {
		return logs.Source{}, err
	}
	options := lake.Options{Say: func(text string) { fmt.Fprintln(w, clean(q.path)+": "+cleanLines(text)) }}
	return logs.Source{Name: path, Open: func(ctx context.Context) (io.ReadCloser, error) {
		loaded, err := awsConfig(ctx, profile, q.region, "see the query with --dry-run, which asks nobody")
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

// queryPlan says what would be asked and what that costs, without asking anybody.
func queryPlan(path string, want query.Want) (string, error) {
	q, err := readQuery(path)
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
	return clean(q.path) + " would run in Athena:\n\n" + cleanLines(plan.SQL) + "\n\nIt reads " + plan.Reads + ", if the table is as AWS's manual has it:\n" +
		"https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html\n" +
		"A run first reads what columns and partitions the table has, and prints the query that follows from these.\n" +
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
