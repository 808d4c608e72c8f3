package query

import (
	"fmt"
	"slices"
	"strings"
)

// Field is a column or a partition key of a table.
type Field struct{ Name, Type string }

// Table is a table of CloudTrail records in Athena, as its catalog describes it.
type Table struct {
	Database, Name string
	Columns        []Field
	Partitions     []Field
	// Properties are the table properties, which include the partition projection.
	Properties map[string]string
}

// fields are the fields of a record. needed are those without which an event cannot be judged.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
var (
	needed = []string{
		"userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "errorCode", "requestParameters", "responseElements",
		"eventID", "recipientAccountId",
	}
	optional = []string{
		"eventVersion", "sourceIPAddress", "userAgent", "errorMessage", "additionalEventData", "requestID", "readOnly", "resources",
		"eventType", "managementEvent", "eventCategory", "serviceEventDetails", "sharedEventID", "addendum",
	}
)

// Query returns the query for a table. The error says what the table lacks.
func (t Table) Query(w Want) (Query, error) {
	record, err := t.record()
	if err != nil {
		return Query{}, err
	}
	conditions, err := w.conditions(identifier, t.at)
	if err != nil {
		return Query{}, err
	}
	p, err := t.partitions(w)
	if err != nil {
		return Query{}, err
	}
	return Query{
		SQL: "SELECT " + record + " AS " + Column +
			"\nFROM " + identifier(t.Database) + "." + identifier(t.Name) + "\n" + where(append(p.conditions, conditions...)),
		Reads: p.words(),
	}, nil
}

// record returns the expression that makes JSON of a row. Texts with JSON in them, such as requestparameters, stay texts: a
// query would fail at, or lose, the first one that is not JSON.
//
// A structure becomes an object with names since engine version 3.
// https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html
// https://docs.aws.amazon.com/athena/latest/ug/converting-native-data-types-to-json.html
func (t Table) record() (string, error) {
	var names, values []string
	for _, field := range slices.Concat(needed, optional) {
		i := slices.IndexFunc(t.Columns, func(c Field) bool { return strings.EqualFold(c.Name, field) })
		if i < 0 && slices.Contains(needed, field) {
			return "", fmt.Errorf("table %s.%s has no column %s: it is no table of CloudTrail's records as AWS documents it, "+
				"https://docs.aws.amazon.com/athena/latest/ug/cloudtrail-logs.html", t.Database, t.Name, strings.ToLower(field))
		}
		if i >= 0 {
			names = append(names, literal(field))
			values = append(values, "CAST("+identifier(t.Columns[i].Name)+" AS JSON)")
		}
	}
	return "json_format(CAST(MAP(\n  ARRAY[" + strings.Join(names, ", ") + "],\n  ARRAY[" + strings.Join(values, ", ") + "]) AS JSON))", nil
}

// at returns the literal of a time. In most tables it is text as in the record, which sorts like the time.
func (t Table) at(time string) string {
	if strings.HasPrefix(typed(t.Columns, "eventtime"), "timestamp") {
		return "TIMESTAMP " + literal(time)
	}
	return literal(strings.Replace(time, " ", "T", 1) + "Z")
}
