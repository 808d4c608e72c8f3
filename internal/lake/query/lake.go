package query

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// dataStore matches the id of an event data store. Quoted names are not documented there, so nothing else may be in a
// query.
var dataStore = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// mostSQL is the maximum length of a query in CloudTrail Lake.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
const mostSQL = 10000

// Lake returns the query for an event data store of CloudTrail Lake, which has each record unchanged.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-limitations.html
func Lake(id string, w Want) (Query, error) {
	if !dataStore.MatchString(id) {
		return Query{}, fmt.Errorf("%q is not the ID of an event data store, as a1b2c3d4-5678-90ab-cdef-111122223333: aws cloudtrail list-event-data-stores lists them", id)
	}
	conditions, err := w.conditions(strings.ToLower, literal)
	if err != nil {
		return Query{}, err
	}
	sql := "SELECT " + Column + "\nFROM " + id + "\n" + where(conditions)
	if len(sql) > mostSQL {
		return Query{}, fmt.Errorf("the query has %d characters and CloudTrail Lake takes %d: name fewer accounts, or none for all", len(sql), mostSQL)
	}
	reads := "the whole event data store: no time is asked for (--since, --until)"
	if w.bounded() {
		reads = "the events " + span(w.Since.UTC(), w.Until.UTC(), time.RFC3339)
	}
	return Query{SQL: sql, Reads: reads}, nil
}
