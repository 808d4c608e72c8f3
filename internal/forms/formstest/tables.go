package formstest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
)

// columns are those of a query for all that is asked of a record.
var columns = []string{
	"eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent", "errorCode",
	"requestParameters", "responseElements", "eventID", "readOnly", "eventType", "recipientAccountId", "eventCategory", "managementEvent",
}

// tables are results of queries.
func tables(records []json.RawMessage) []Form {
	header := each(nil, nil)
	for _, c := range columns {
		header = append(header, object{"VarCharValue": strings.ToLower(c)})
	}
	athena := append([]any{object{"Data": header}}, each(records, func(r json.RawMessage) any {
		var data []any
		for _, c := range columns {
			data = append(data, object{"VarCharValue": cell(r, c)})
		}
		return object{"Data": data}
	})...)
	lake := func(columns ...string) []byte {
		return indent(object{"QueryStatus": "FINISHED", "QueryResultRows": each(records, func(r json.RawMessage) any {
			var row []any
			for _, c := range columns {
				row = append(row, object{c: cell(r, c)})
			}
			return row
		})})
	}
	rows := func(comma rune, columns []string, name func(string) string) []byte {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = comma
		for i := -1; i < len(records); i++ {
			var row []string
			for _, c := range columns {
				if i < 0 {
					row = append(row, name(c))
				} else {
					row = append(row, cell(records[i], c))
				}
			}
			if err := w.Write(row); err != nil {
				panic(err)
			}
		}
		w.Flush()
		return b.Bytes()
	}
	same := func(s string) string { return s }
	return []Form{
		{Name: "Athena, CSV", Get: "`SELECT *` in Athena; the file is in the result's place on S3", File: "athena.csv", Data: rows(',', columns, strings.ToLower)},
		{Name: "Athena, tabs", Get: "*Copy* in Athena's console", File: "athena.tsv", Data: rows('\t', columns, strings.ToLower)},
		{Name: "Athena, JSON", Get: "`aws athena get-query-results`", File: "athena.json", Data: indent(object{"ResultSet": object{"Rows": athena, "ResultSetMetadata": object{"ColumnInfo": []any{}}}})},
		{Name: "CloudTrail Lake", Get: "`aws cloudtrail get-query-results`, of `SELECT eventJson FROM ID`", File: "lake.json", Data: lake("eventJson")},
		{Name: "CloudTrail Lake, columns", Get: "the same, of `SELECT * FROM ID`", File: "lake-columns.json", Data: lake(columns...)},
		{Name: "CloudTrail Lake, CSV", Get: "a query with `--delivery-s3-uri`", File: "lake.csv", Data: rows(',', []string{"eventID", "eventJson"}, same)},
		{Name: "Splunk, CSV", Get: "*Export results*, CSV", File: "splunk.csv", Data: rows(',', []string{"_time", "_raw"}, same)},
		{
			Name: "event history, CSV", Get: "console, event history, *Download events*, CSV", File: "event_history.csv", Partial: true,
			Data: rows(',', []string{"userName", "accessKey", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "userAgent", "errorCode", "none", "requestID", "eventID", "readOnly", "eventType", "recipientAccountId", "eventCategory"}, history),
		},
	}
}

// history is what the console calls a column.
func history(column string) string {
	return map[string]string{
		"userName": "User name", "accessKey": "AWS access key", "eventTime": "Event time", "eventSource": "Event source", "eventName": "Event name",
		"awsRegion": "AWS region", "sourceIPAddress": "Source IP address", "userAgent": "User agent", "errorCode": "Error code", "none": "Resources",
		"requestID": "Request ID", "eventID": "Event ID", "readOnly": "Read-only", "eventType": "Event type", "recipientAccountId": "Recipient Account Id", "eventCategory": "Event category",
	}[column]
}

// cell is what a column has of a record.
func cell(raw json.RawMessage, column string) string {
	switch column {
	case "eventJson", "_raw":
		return compact(raw)
	case "_time":
		return read(raw).EventTime
	case "eventTime":
		return strings.NewReplacer("T", " ", "Z", ".000").Replace(read(raw).EventTime)
	case "userIdentity":
		return printed(fields(raw)[column])
	}
	value := fields(raw)[column]
	var text string
	switch {
	case value == nil || string(value) == "null":
		return ""
	case json.Unmarshal(value, &text) == nil:
		return text
	}
	return compact(value)
}

// printed is a structure as Athena prints it.
func printed(value json.RawMessage) string {
	var text string
	switch {
	case value == nil:
		return "null"
	case value[0] != '{':
		if json.Unmarshal(value, &text) == nil {
			return text
		}
		return string(value)
	}
	var parts []string
	for name, v := range fields(value) {
		parts = append(parts, strings.ToLower(name)+"="+printed(v))
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}
