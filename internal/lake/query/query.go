// Package query writes the SQL that selects events in Athena and in CloudTrail Lake, and describes its cost.
//
// Each row of a result has one column, [Column], with the whole record as JSON. Otherwise these services print structures
// without quotes, where a comma in a text can forge a field.
package query

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/trail"
)

// Column is the one column of a result.
const Column = "eventjson"

// Want selects events. The result may have some more: the reader checks each event anyway.
type Want struct {
	// Calls are the calls that matter.
	Calls []trail.Call
	// Since and Until bound the time of events, Until not included; zero for no bound.
	Since, Until time.Time
	// Accounts are the accounts whose events are selected; empty for all.
	Accounts []string
	// Regions are the regions whose folders are read, if a table has them; empty for all. IAM's events are in the folder
	// of one region, those of IAM Identity Center in the folder of its region.
	Regions []string
}

// Query is a query and what it reads.
type Query struct {
	SQL string
	// Reads says in words what bounds the data that is scanned.
	Reads string
}

var errNoCalls = errors.New("no calls to select: a query without would read and give everything")

// conditions returns the conditions on an event in both services. column returns the name of a column, at the literal of a
// time.
func (w Want) conditions(column, at func(string) string) ([]string, error) {
	if len(w.Calls) == 0 {
		return nil, errNoCalls
	}
	conditions := []string{w.calls(column)}
	if !w.Since.IsZero() {
		conditions = append(conditions, column("eventtime")+" >= "+at(w.Since.UTC().Format(time.DateTime)))
	}
	if !w.Until.IsZero() {
		conditions = append(conditions, column("eventtime")+" < "+at(ceil(w.Until).Format(time.DateTime)))
	}
	if len(w.Accounts) > 0 {
		// Records of the first years have no recipient; the caller's account stands for it.
		account := column("recipientaccountid")
		conditions = append(conditions, "("+in(account, w.Accounts)+" OR "+account+" IS NULL)")
	}
	return conditions, nil
}

// ceil rounds a time up to a whole second: CloudTrail's times have whole seconds.
func ceil(t time.Time) time.Time { return t.UTC().Add(time.Second - 1).Truncate(time.Second) }

// calls returns the condition on source and name of a call.
func (w Want) calls(column func(string) string) string {
	names := map[string][]string{}
	var sources []string
	for _, c := range w.Calls {
		if _, ok := names[c.Source]; !ok {
			sources = append(sources, c.Source)
		}
		names[c.Source] = append(names[c.Source], c.Name)
	}
	slices.Sort(sources)
	var any []string
	for _, source := range sources {
		any = append(any, "("+column("eventsource")+" = "+literal(source)+"\n    AND "+in(column("eventname"), names[source])+")")
	}
	return "(" + strings.Join(any, "\n    OR ") + ")"
}

// in returns the condition that a column has one of some values.
func in(column string, values []string) string {
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if len(values) == 1 {
		return column + " = " + literal(values[0])
	}
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = literal(v)
	}
	return column + " IN (" + strings.Join(list, ", ") + ")"
}

// literal returns a text literal in SQL. Only a quote ends one.
// https://trino.io/docs/current/language/types.html#varchar
func literal(text string) string { return quoted(text, "'") }

// identifier returns the quoted name of a column, table or database. Athena uses double quotes.
// https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
func identifier(name string) string { return quoted(name, `"`) }

func quoted(text, quote string) string {
	return quote + strings.ReplaceAll(text, quote, quote+quote) + quote
}

// where joins conditions.
func where(conditions []string) string { return "WHERE " + strings.Join(conditions, "\n  AND ") }

// plain returns the name of a column without separators of words.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}

// days returns the days on which events of a range are delivered: a file is in the folder of the day of its delivery, usually
// minutes after the event, and so on the next day around midnight.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
func (w Want) days() (first, last time.Time) {
	first = w.Since.UTC()
	if last = w.Until.UTC(); !w.Until.IsZero() {
		last = last.Add(24*time.Hour - 1)
	}
	return first, last
}

// bounded reports whether there is any bound in time.
func (w Want) bounded() bool { return !w.Since.IsZero() || !w.Until.IsZero() }

// typed returns the type of a column in lower case; "" if there is no such column.
func typed(columns []Field, name string) string {
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return strings.ToLower(cmp.Or(c.Type, "string"))
		}
	}
	return ""
}
