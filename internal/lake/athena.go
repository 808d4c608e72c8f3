package lake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/lake/query"
)

// Athena is a table of CloudTrail records, with the client that queries it.
type Athena struct {
	API                        AthenaAPI
	Workgroup, Database, Table string
	Want                       query.Want
}

// AthenaAPI is the part of Athena's API that is used.
type AthenaAPI interface {
	GetTableMetadata(context.Context, *athena.GetTableMetadataInput, ...func(*athena.Options)) (*athena.GetTableMetadataOutput, error)
	StartQueryExecution(context.Context, *athena.StartQueryExecutionInput, ...func(*athena.Options)) (*athena.StartQueryExecutionOutput, error)
	GetQueryExecution(context.Context, *athena.GetQueryExecutionInput, ...func(*athena.Options)) (*athena.GetQueryExecutionOutput, error)
	GetQueryResults(context.Context, *athena.GetQueryResultsInput, ...func(*athena.Options)) (*athena.GetQueryResultsOutput, error)
	StopQueryExecution(context.Context, *athena.StopQueryExecutionInput, ...func(*athena.Options)) (*athena.StopQueryExecutionOutput, error)
}

// Open runs the query and returns its result, a record per line. It returns when the query has ended. The query ends with
// the context.
func (a Athena) Open(ctx context.Context, o Options) (io.ReadCloser, error) { return open(ctx, &a, o) }

// catalog is that of AWS Glue, which every account has.
const catalog = "AwsDataCatalog"

func (a *Athena) start(ctx context.Context) (id, text string, err error) {
	table, err := a.describe(ctx)
	if err != nil {
		return "", "", err
	}
	q, err := table.Query(a.Want)
	if err != nil {
		return "", "", err
	}
	out, err := a.API.StartQueryExecution(ctx, &athena.StartQueryExecutionInput{
		WorkGroup: &a.Workgroup, QueryString: &q.SQL,
		QueryExecutionContext: &types.QueryExecutionContext{Catalog: aws.String(catalog), Database: &a.Database},
	})
	if err != nil {
		err = named(awserr.Wrap(err, "starting a query in workgroup %s", a.Workgroup))
		if strings.Contains(strings.ToLower(err.Error()), "output location") {
			err = fmt.Errorf("%w\ngive the workgroup a place for results, or name one that has it", err)
		}
		return "", "", err
	}
	return aws.ToString(out.QueryExecutionId), told(q), nil
}

// describe reads the columns and partitions of the table.
func (a *Athena) describe(ctx context.Context) (query.Table, error) {
	out, err := a.API.GetTableMetadata(ctx, &athena.GetTableMetadataInput{
		CatalogName: aws.String(catalog), DatabaseName: &a.Database, TableName: &a.Table, WorkGroup: &a.Workgroup,
	})
	if err != nil {
		return query.Table{}, named(awserr.Wrap(err, "reading the columns of table %s.%s", a.Database, a.Table))
	}
	if out.TableMetadata == nil {
		return query.Table{}, fmt.Errorf("reading the columns of table %s.%s: Athena says nothing of it", a.Database, a.Table)
	}
	fields := func(columns []types.Column) (list []query.Field) {
		for _, c := range columns {
			list = append(list, query.Field{Name: aws.ToString(c.Name), Type: aws.ToString(c.Type)})
		}
		return list
	}
	return query.Table{
		Database: a.Database, Name: a.Table, Columns: fields(out.TableMetadata.Columns),
		Partitions: fields(out.TableMetadata.PartitionKeys), Properties: out.TableMetadata.Parameters,
	}, nil
}

func (a *Athena) look(ctx context.Context, id string) (state, error) {
	out, err := a.API.GetQueryExecution(ctx, &athena.GetQueryExecutionInput{QueryExecutionId: &id})
	if err != nil {
		return state{}, named(awserr.Wrap(err, "looking at query %s", id))
	}
	q := out.QueryExecution
	if q == nil || q.Status == nil {
		return state{}, fmt.Errorf("looking at query %s: Athena says nothing of it", id)
	}
	st := state{name: string(q.Status.State), why: aws.ToString(q.Status.StateChangeReason)}
	if q.Statistics != nil {
		st.scanned = aws.ToInt64(q.Statistics.DataScannedInBytes)
	}
	switch q.Status.State {
	case types.QueryExecutionStateSucceeded:
		st.done = true
	case types.QueryExecutionStateFailed, types.QueryExecutionStateCancelled:
		st.done, st.failed = true, true
		if q.Status.AthenaError != nil && st.why == "" {
			st.why = aws.ToString(q.Status.AthenaError.ErrorMessage)
		}
	}
	return st, nil
}

func (a *Athena) stop(ctx context.Context, id string) error {
	_, err := a.API.StopQueryExecution(ctx, &athena.StopQueryExecutionInput{QueryExecutionId: &id})
	return named(awserr.Wrap(err, "stopping query %s", id))
}

func (a *Athena) command(id string) string {
	return "aws athena stop-query-execution --query-execution-id " + id
}

func (a *Athena) price() query.Price { return query.AthenaPrice }

// page reads a page. The first row of the first has the names of the columns.
// https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
func (a *Athena) page(ctx context.Context, id, token string) (records []string, next string, err error) {
	in := &athena.GetQueryResultsInput{QueryExecutionId: &id}
	if token != "" {
		in.NextToken = &token
	}
	out, err := a.API.GetQueryResults(ctx, in)
	if err != nil {
		return nil, "", named(awserr.Wrap(err, "reading the result of query %s", id))
	}
	if out.ResultSet == nil {
		return nil, "", fmt.Errorf("reading the result of query %s: a page without one", id)
	}
	for i, row := range out.ResultSet.Rows {
		if len(row.Data) != 1 || row.Data[0].VarCharValue == nil {
			return nil, "", fmt.Errorf("reading the result of query %s: %w", id, errRow)
		}
		if text := *row.Data[0].VarCharValue; token != "" || i > 0 || text != query.Column {
			records = append(records, text)
		}
	}
	return records, aws.ToString(out.NextToken), nil
}

var errRow = errors.New("a row that has not one record")
