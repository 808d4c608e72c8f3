package lake

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/ringfence/ringfence/internal/awserr"
	"github.com/ringfence/ringfence/internal/lake/query"
)

// CloudTrail is an event data store of CloudTrail Lake.
type CloudTrail struct {
	API CloudTrailAPI
	// Store is its ID, and Owner its account; empty for the caller's.
	Store, Owner string
	Want         query.Want

	rows int // that were read
}

// CloudTrailAPI is the part of CloudTrail's API that is used.
type CloudTrailAPI interface {
	StartQuery(context.Context, *cloudtrail.StartQueryInput, ...func(*cloudtrail.Options)) (*cloudtrail.StartQueryOutput, error)
	DescribeQuery(context.Context, *cloudtrail.DescribeQueryInput, ...func(*cloudtrail.Options)) (*cloudtrail.DescribeQueryOutput, error)
	GetQueryResults(context.Context, *cloudtrail.GetQueryResultsInput, ...func(*cloudtrail.Options)) (*cloudtrail.GetQueryResultsOutput, error)
	CancelQuery(context.Context, *cloudtrail.CancelQueryInput, ...func(*cloudtrail.Options)) (*cloudtrail.CancelQueryOutput, error)
}

// Open runs the query and returns its result, a record per line. It returns when the query has ended. The query ends with
// the context.
func (c CloudTrail) Open(ctx context.Context, o Options) (io.ReadCloser, error) {
	c.rows = 0
	return open(ctx, &c, o)
}

// owner returns the account of the store; nil for the caller's.
func (c *CloudTrail) owner() *string {
	if c.Owner == "" {
		return nil
	}
	return &c.Owner
}

func (c *CloudTrail) start(ctx context.Context) (id, text string, err error) {
	q, err := query.Lake(c.Store, c.Want)
	if err != nil {
		return "", "", err
	}
	out, err := c.API.StartQuery(ctx, &cloudtrail.StartQueryInput{QueryStatement: &q.SQL, EventDataStoreOwnerAccountId: c.owner()})
	if err != nil {
		return "", "", named(awserr.Wrap(err, "starting a query of event data store %s", c.Store))
	}
	return aws.ToString(out.QueryId), told(q), nil
}

func (c *CloudTrail) look(ctx context.Context, id string) (state, error) {
	out, err := c.API.DescribeQuery(ctx, &cloudtrail.DescribeQueryInput{QueryId: &id, EventDataStoreOwnerAccountId: c.owner()})
	if err != nil {
		return state{}, named(awserr.Wrap(err, "looking at query %s", id))
	}
	st := state{name: string(out.QueryStatus), why: aws.ToString(out.ErrorMessage)}
	if out.QueryStatistics != nil {
		st.scanned = aws.ToInt64(out.QueryStatistics.BytesScanned)
	}
	switch out.QueryStatus {
	case types.QueryStatusFinished:
		st.done = true
	case types.QueryStatusFailed, types.QueryStatusCancelled, types.QueryStatusTimedOut:
		st.done, st.failed = true, true
	}
	return st, nil
}

func (c *CloudTrail) stop(ctx context.Context, id string) error {
	_, err := c.API.CancelQuery(ctx, &cloudtrail.CancelQueryInput{QueryId: &id, EventDataStoreOwnerAccountId: c.owner()})
	return named(awserr.Wrap(err, "stopping query %s", id))
}

func (c *CloudTrail) command(id string) string { return "aws cloudtrail cancel-query --query-id " + id }

func (c *CloudTrail) price() query.Price { return query.LakePrice }

// pageSize is the maximum of a page of CloudTrail Lake.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
const pageSize = 1000

// page reads a page. After the last page, the number of rows must be what the query reported.
func (c *CloudTrail) page(ctx context.Context, id, token string) (records []string, next string, err error) {
	in := &cloudtrail.GetQueryResultsInput{QueryId: &id, EventDataStoreOwnerAccountId: c.owner(), MaxQueryResults: aws.Int32(pageSize)}
	if token != "" {
		in.NextToken = &token
	}
	out, err := c.API.GetQueryResults(ctx, in)
	if err != nil {
		return nil, "", named(awserr.Wrap(err, "reading the result of query %s", id))
	}
	if out.QueryStatus != types.QueryStatusFinished {
		return nil, "", fmt.Errorf("reading the result of query %s: it is %s: %s", id, out.QueryStatus, aws.ToString(out.ErrorMessage))
	}
	for _, row := range out.QueryResultRows {
		record, ok := column(row)
		if !ok {
			return nil, "", fmt.Errorf("reading the result of query %s: %w", id, errRow)
		}
		records = append(records, record)
	}
	c.rows += len(records)
	next = aws.ToString(out.NextToken)
	if s := out.QueryStatistics; next == "" && s != nil && s.TotalResultsCount != nil && int(*s.TotalResultsCount) != c.rows {
		return nil, "", fmt.Errorf("reading the result of query %s: %d rows, and it found %d", id, c.rows, *s.TotalResultsCount)
	}
	return records, next, nil
}

// column is the record of a row, which is a list of columns.
func column(row []map[string]string) (record string, ok bool) {
	for _, cell := range row {
		for name, value := range cell {
			if strings.EqualFold(name, query.Column) {
				return value, value != ""
			}
		}
	}
	return "", false
}
