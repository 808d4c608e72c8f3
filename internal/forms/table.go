package forms

import (
	"encoding/json"
	"slices"
)

// cells reads a row that is a list of objects: one for each column, as in CloudTrail Lake, or with a
// field and a value, as in CloudWatch Logs Insights. ok is false for anything else.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ResultField.html
func cells(v []byte) (columns, values []string, ok bool) {
	fields, ok := false, true
	st := elements(v, func(e []byte, st state) bool {
		var cell map[string]*string
		if ok = st == whole && e[0] == '{' && len(e) < most && json.Unmarshal(e, &cell) == nil; !ok {
			return false
		}
		field, hasField := cell["field"]
		value, hasValue := cell["value"]
		switch {
		case hasField && hasValue && field != nil && len(cell) == 2:
			cell, fields = map[string]*string{*field: value}, true
		case len(cell) != 1:
			ok = false
			return false
		}
		for name, value := range cell {
			if ok = len(columns) < mostColumns && !slices.Contains(columns, plain(name)); !ok {
				return false
			}
			columns = append(columns, plain(name))
			values = append(values, text(value))
		}
		return true
	})
	ok = ok && st == whole && (fields || slices.Contains(columns, "eventname") && slices.Contains(columns, "eventsource"))
	return columns, values, ok
}

const mostColumns = 1000

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// table searches the rows of an Athena result. The first row has the names of the columns.
// https://docs.aws.amazon.com/athena/latest/APIReference/API_ResultSet.html
func (w *walker) table(list []member, depth int, t *tally) int {
	var columns []string
	found, first := 0, true
	for _, m := range list {
		if string(m.key) != "Rows" {
			continue
		}
		if m.value[0] != '[' {
			return 0
		}
		columns = columnsOf(list)
		elements(m.value, func(e []byte, st state) bool {
			var row struct {
				Data []struct{ VarCharValue *string }
			}
			if st != whole || json.Unmarshal(e, &row) != nil || row.Data == nil {
				found += w.look(nil, e, depth+1, t)
				return w.err == nil
			}
			var values, names []string
			for _, cell := range row.Data {
				values, names = append(values, text(cell.VarCharValue)), append(names, plain(text(cell.VarCharValue)))
			}
			if columns == nil || first && slices.Equal(columns, names) {
				columns, first = names, false
				return true
			}
			first = false
			var inner tally
			if n := w.row(columns, values, depth+1, &inner); n > 0 {
				found += n
			} else if inner == (tally{}) {
				inner[NoEvent]++
			}
			t.add(inner)
			return w.err == nil
		})
	}
	return found
}

// columnsOf returns the names of the columns from the metadata of the result, if it has any. Later pages
// of a result have no row of names.
func columnsOf(list []member) []string {
	for _, m := range list {
		var about struct {
			ColumnInfo []struct{ Name string }
		}
		if string(m.key) != "ResultSetMetadata" || json.Unmarshal(m.value, &about) != nil {
			continue
		}
		var names []string
		for _, column := range about.ColumnInfo {
			names = append(names, plain(column.Name))
		}
		return names
	}
	return nil
}
