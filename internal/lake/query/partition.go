package query

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// partitions returns the conditions on the partitions of a table, which bound the scanned data. A partition of unknown form
// has no condition: a wrong one would silently leave out events.
type partitions struct {
	conditions []string
	// bounds says in words what is read; empty if no time bounds it.
	bounds []string
	timed  bool
	want   Want
}

func (t Table) partitions(w Want) (partitions, error) {
	p := partitions{want: w}
	for _, key := range t.Partitions {
		var err error
		switch projected := strings.ToLower(t.Properties["projection."+strings.ToLower(key.Name)+".type"]); plain(key.Name) {
		case "account", "accountid", "awsaccount", "awsaccountid", "recipientaccountid":
			err = p.listed(t, key, projected, w.Accounts, "--account")
		case "region", "awsregion":
			err = p.listed(t, key, projected, w.Regions, "--region")
		default:
			if projected == "injected" {
				err = fmt.Errorf("partition %s of table %s.%s is of the type injected: a query must name a value, and none follows from the time or the account", key.Name, t.Database, t.Name)
			}
			if projected == "date" {
				p.projected(key, t.Properties["projection."+strings.ToLower(key.Name)+".format"])
			}
		}
		if err != nil {
			return p, err
		}
	}
	p.calendar(t)
	return p, nil
}

// listed bounds a partition by account or region if its values are known.
// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
func (p *partitions) listed(t Table, key Field, projected string, wanted []string, flag string) error {
	values := strings.Split(strings.ReplaceAll(t.Properties["projection."+strings.ToLower(key.Name)+".values"], " ", ""), ",")
	known := !slices.ContainsFunc(wanted, func(v string) bool { return !slices.Contains(values, v) })
	switch {
	case projected == "injected" && len(wanted) == 0:
		return fmt.Errorf("partition %s of table %s.%s is of the type injected: give the values with %s", key.Name, t.Database, t.Name, flag)
	case len(wanted) > 0 && (projected == "injected" || projected == "enum" && known):
		p.conditions = append(p.conditions, in(identifier(key.Name), wanted))
		p.bounds = append(p.bounds, key.Name+" "+strings.Join(wanted, ", "))
	}
	return nil
}

// formats are the parts of a projected date, in the order in which its text sorts like the time.
// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type
var formats = [][2]string{{"yyyy", "2006"}, {"MM", "01"}, {"dd", "02"}, {"HH", "15"}}

// layout returns the Go layout of a Java date format; "" if its text does not sort like the time.
func layout(format string) string {
	rest, out := format, ""
	for _, f := range formats {
		i := strings.Index(rest, f[0])
		if i < 0 {
			break
		}
		if strings.Trim(rest[:i], "/-_. ") != "" {
			return ""
		}
		out += rest[:i] + f[1]
		rest = rest[i+len(f[0]):]
	}
	if out == "" || strings.Trim(rest, "/-_. ") != "" {
		return ""
	}
	return out + rest
}

// projected bounds a partition by date, in the format that the table has.
func (p *partitions) projected(key Field, format string) {
	layout := layout(format)
	if layout == "" || !p.want.bounded() {
		return
	}
	first, last := p.want.days()
	p.between(identifier(key.Name), func(t time.Time) string { return literal(t.Format(layout)) })
	p.bounds = append(p.bounds, key.Name+" "+span(first, last, layout))
}

// calendar bounds partitions by year, month and day, as numbers or text, with or without leading zeros.
func (p *partitions) calendar(t Table) {
	var parts []string
	for i, name := range []string{"year", "month", "day"} {
		if typed(t.Partitions, name) == "" {
			break
		}
		parts = append(parts, "CAST("+identifier(name)+" AS integer)"+[]string{" * 10000", " * 100", ""}[i])
	}
	if len(parts) == 0 || !p.want.bounded() {
		return
	}
	layout := "20060102"[:2+2*len(parts)]
	zeros := "0000"[:6-2*len(parts)]
	first, last := p.want.days()
	p.between(strings.Join(parts, " + "), func(t time.Time) string { return t.Format(layout) + zeros })
	p.bounds = append(p.bounds, "days "+span(first, last, "2006-01-02"[:1+3*len(parts)]))
}

// between bounds an expression by the days of delivery.
func (p *partitions) between(expression string, at func(time.Time) string) {
	first, last := p.want.days()
	if !first.IsZero() {
		p.conditions = append(p.conditions, expression+" >= "+at(first))
	}
	if !last.IsZero() {
		p.conditions = append(p.conditions, expression+" <= "+at(last))
	}
	p.timed = true
}

func span(first, last time.Time, layout string) string {
	switch {
	case last.IsZero():
		return "from " + first.Format(layout) + " on"
	case first.IsZero():
		return "until " + last.Format(layout)
	}
	return first.Format(layout) + " to " + last.Format(layout)
}

// words says what is scanned.
func (p partitions) words() string {
	read := "the partitions of " + strings.Join(p.bounds, ", ")
	switch {
	case p.timed:
		return read
	case len(p.bounds) > 0:
		return read + ", of all days"
	case p.want.bounded():
		return "the whole table: it has no partitions by date whose form is known, and the time asked for bounds the result alone"
	}
	return "the whole table: no time is asked for (--since, --until)"
}
