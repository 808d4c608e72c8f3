// Package query writes the SQL that selects events in Athena and in CloudTrail Lake, and says what
// such a query costs.
//
// Each row of a result is one column, [Column], with the whole record as JSON: what these services
// print of structures otherwise has no quotes, and a comma in a text forges a field there.
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

// Want says which events are selected. What is selected may be a little more: who reads the result
// looks at each event anyway.
type Want struct {
	// Calls are those that matter.
	Calls []trail.Call
	// Since and Until bound the time of events, Until not included; zero for no bound.
	Since, Until time.Time
	// Accounts are those whose events are wanted; empty for all.
	Accounts []string
	// Regions are those whose folders are read, where a table has them; empty for all. IAM's events
	// are in the folder of one region, IAM Identity Center's in that of its own.
	Regions []string
}

// Query is a query, and what it reads.
type Query struct {
	SQL string
	// Reads says in words what bounds the data that is scanned.
	Reads string
}

var errNoCalls = errors.New("no calls to select: a query without would read and give everything")

// conditions are what is asked of an event in both services. Column gives the name of one, at the
// literal of a time.
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

// ceil is the first whole second that is not before a time: CloudTrail's times are of whole ones.
func ceil(t time.Time) time.Time { return t.UTC().Add(time.Second - 1).Truncate(time.Second) }

// calls is the condition on source and name of a call.
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

// in is the condition that a column has one of some values.
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

// literal is a text in SQL. A quote is the only character that ends one.
// https://trino.io/docs/current/language/types.html#varchar
func literal(text string) string { return quoted(text, "'") }

// identifier is the name of a column, a table or a database. Athena's queries take double quotes.
// https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html
func identifier(name string) string { return quoted(name, `"`) }

func quoted(text, quote string) string {
	return quote + strings.ReplaceAll(text, quote, quote+quote) + quote
}

// where joins conditions.
func where(conditions []string) string { return "WHERE " + strings.Join(conditions, "\n  AND ") }

// plain is the name of a column without what people write between words.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}

// days is the time in which events of a range are delivered: a file is in the folder of the day of
// its delivery, which is minutes after the event as a rule and on another day at midnight.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
func (w Want) days() (first, last time.Time) {
	first = w.Since.UTC()
	if last = w.Until.UTC(); !w.Until.IsZero() {
		last = last.Add(24*time.Hour - 1)
	}
	return first, last
}

// bounded tells whether there is any bound of the time.
func (w Want) bounded() bool { return !w.Since.IsZero() || !w.Until.IsZero() }

// typed is the type of a column in lower case, empty for none of that name.
func typed(columns []Field, name string) string {
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return strings.ToLower(cmp.Or(c.Type, "string"))
		}
	}
	return ""
}
