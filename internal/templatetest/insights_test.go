package templatetest_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// insights is a query of CloudWatch Logs Insights with the commands and functions that our queries
// use: other ones are an error. It can run on the lines of a log.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
type insights struct {
	fields []string          // the fields of the log that it reads
	equals map[string]string // texts with which a field of the log is compared, by field
	stages []func([]logLine) []logLine
}

// logLine is a line of a log by its fields: text or numbers, with objects flattened by points.
// Lines are in order of time.
type logLine map[string]any

func (q *insights) ask(lines []logLine) []logLine {
	for _, s := range q.stages {
		lines = s(lines)
	}
	return lines
}

type syntax struct {
	rest []string
	q    *insights
	// scope maps a name to the field of the log from which it was made, empty if none. It is nil
	// as long as all fields of the log can be used.
	scope map[string]string
	stats int
}

type refused string

func (s *syntax) fail(format string, args ...any) { panic(refused(fmt.Sprintf(format, args...))) }

var lexeme = regexp.MustCompile(`^(?:\s+|@?[A-Za-z_][A-Za-z0-9_.]*|[0-9]+|'[^']*'|!=|<=|>=|[=<>(),*|])`)

// parseQuery parses a query strictly.
func parseQuery(text string) (q *insights, err error) {
	s := &syntax{q: &insights{equals: map[string]string{}}}
	defer func() {
		if r, ok := recover().(refused); ok {
			q, err = nil, fmt.Errorf("%s, before %q", string(r), s.rest)
		}
	}()
	for text != "" {
		token := lexeme.FindString(text)
		if token == "" {
			s.fail("no token at %q", text)
		}
		if text = text[len(token):]; strings.TrimSpace(token) != "" {
			s.rest = append(s.rest, token)
		}
	}
	s.rest = append(s.rest, "|")
	for len(s.rest) > 0 {
		s.q.stages = append(s.q.stages, s.command())
		s.expect("|")
	}
	return s.q, nil
}

func (s *syntax) next() string {
	token := s.rest[0]
	if token == "|" {
		s.fail("it ends too early")
	}
	s.rest = s.rest[1:]
	return token
}

func (s *syntax) took(token string) bool {
	if s.rest[0] != token {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *syntax) expect(token string) {
	if !s.took(token) {
		s.fail("%s is missing", token)
	}
}

func (s *syntax) command() func([]logLine) []logLine {
	switch name := s.next(); name {
	case "filter":
		holds := s.either()
		return func(lines []logLine) []logLine {
			return slices.DeleteFunc(slices.Clone(lines), func(l logLine) bool { return !holds(l) })
		}
	case "stats":
		return s.aggregate()
	case "sort":
		return s.sort()
	case "limit":
		n, err := strconv.Atoi(s.next())
		if err != nil || n < 1 || n > 10000 {
			s.fail("a limit of %d", n)
		}
		return func(lines []logLine) []logLine { return lines[:min(n, len(lines))] }
	case "display":
		var names []string
		for more := true; more; more = s.took(",") {
			names = append(names, s.field())
		}
		return func(lines []logLine) []logLine {
			shown := make([]logLine, len(lines))
			for i, l := range lines {
				shown[i] = maps.Clone(l)
				maps.DeleteFunc(shown[i], func(name string, _ any) bool { return !slices.Contains(names, name) })
			}
			return shown
		}
	default:
		s.fail("%s is not a command known to this test", name)
	}
	return nil
}

var (
	fieldName = regexp.MustCompile(`^@?[a-z][A-Za-z0-9_.]*$`)
	words     = []string{"and", "or", "not", "like", "in", "as", "by", "asc", "desc"}
)

// field reads a name that is in scope.
func (s *syntax) field() string {
	name := s.next()
	if !fieldName.MatchString(name) || slices.Contains(words, name) {
		s.fail("%s is not a field", name)
	}
	if _, ok := s.scope[name]; s.scope != nil && !ok {
		s.fail("%s is not in scope behind stats", name)
	}
	if s.scope == nil {
		s.q.fields = append(s.q.fields, name)
	}
	return name
}

// origin returns the field of the log for a name.
func (s *syntax) origin(name string) string {
	if s.scope == nil {
		return name
	}
	return s.scope[name]
}

func (s *syntax) either() func(logLine) bool {
	left := s.both()
	for s.took("or") {
		one, other := left, s.both()
		left = func(l logLine) bool { return one(l) || other(l) }
	}
	return left
}

func (s *syntax) both() func(logLine) bool {
	left := s.condition()
	for s.took("and") {
		one, other := left, s.condition()
		left = func(l logLine) bool { return one(l) && other(l) }
	}
	return left
}

func (s *syntax) condition() func(logLine) bool {
	if s.took("ispresent") {
		s.expect("(")
		name := s.field()
		s.expect(")")
		return func(l logLine) bool { return l[name] != nil }
	}
	name := s.field()
	switch operator := s.next(); operator {
	case "like":
		text := s.text()
		return func(l logLine) bool { return strings.Contains(fmt.Sprint(l[name]), text) }
	case "=":
		text := s.text()
		s.q.equals[s.origin(name)] = text
		return func(l logLine) bool { return l[name] == text }
	case "!=":
		text := s.text()
		return func(l logLine) bool { return l[name] != text }
	case ">=":
		n, err := strconv.ParseFloat(s.next(), 64)
		if err != nil {
			s.fail("%v", err)
		}
		return func(l logLine) bool { v, ok := l[name].(float64); return ok && v >= n }
	default:
		s.fail("%s is not an operator known to this test", operator)
	}
	return nil
}

func (s *syntax) text() string {
	token := s.next()
	if !strings.HasPrefix(token, "'") {
		s.fail("%s is not a text", token)
	}
	return strings.Trim(token, "'")
}

func (s *syntax) sort() func([]logLine) []logLine {
	type by struct {
		name string
		sign int
	}
	var order []by
	for more := true; more; more = s.took(",") {
		b := by{s.field(), 1}
		if s.took("desc") {
			b.sign = -1
		} else {
			s.expect("asc")
		}
		order = append(order, b)
	}
	return func(lines []logLine) []logLine {
		return slices.SortedStableFunc(slices.Values(lines), func(a, b logLine) int {
			for _, o := range order {
				if c := o.sign * compareValues(a[o.name], b[o.name]); c != 0 {
					return c
				}
			}
			return 0
		})
	}
}

func compareValues(a, b any) int {
	x, isNumber := a.(float64)
	y, both := b.(float64)
	if isNumber && both {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}

// aggregates are the functions of stats, on the values of one field.
var aggregates = map[string]func([]any) any{
	"count":      func(all []any) any { return float64(len(all)) },
	"latest":     func(all []any) any { return all[len(all)-1] },
	"sortsFirst": func(all []any) any { return slices.MinFunc(all, compareValues) },
	"count_distinct": func(all []any) any {
		set := map[any]bool{}
		for _, v := range all {
			set[v] = true
		}
		return float64(len(set))
	},
}

func (s *syntax) aggregate() func([]logLine) []logLine {
	if s.stats++; s.stats > 2 {
		s.fail("a query has at most two stats")
	}
	type column struct {
		function, of, as string
	}
	var columns []column
	scope := map[string]string{}
	for more := true; more; more = s.took(",") {
		c := column{function: s.next()}
		if aggregates[c.function] == nil {
			s.fail("%s is not a function of stats known to this test", c.function)
		}
		s.expect("(")
		if c.function != "count" {
			c.of = s.field()
		} else {
			s.expect("*")
		}
		s.expect(")")
		s.expect("as")
		if c.as = s.next(); !fieldName.MatchString(c.as) || scope[c.as] != "" {
			s.fail("%s cannot be a name", c.as)
		}
		if columns = append(columns, c); c.of != "" {
			scope[c.as] = s.origin(c.of)
		} else {
			scope[c.as] = ""
		}
	}
	s.expect("by")
	by := s.field()
	scope[by] = s.origin(by)
	s.scope = scope
	return func(lines []logLine) (out []logLine) {
		groups, order := map[any][]logLine{}, []any{}
		for _, l := range lines {
			if groups[l[by]] == nil {
				order = append(order, l[by])
			}
			groups[l[by]] = append(groups[l[by]], l)
		}
		for _, key := range order {
			made := logLine{by: key}
			for _, c := range columns {
				var values []any
				for _, l := range groups[key] {
					values = append(values, l[c.of])
				}
				made[c.as] = aggregates[c.function](values)
			}
			out = append(out, made)
		}
		return out
	}
}

// The check of queries refuses what Logs Insights refuses.
func TestQueriesAreCheckedStrictly(t *testing.T) {
	for _, text := range []string{
		"", "|", "filter", "filter a = 'b' |", "filter a == 'b'", "filter a = b", "filter a = 'b", "filter ispresent a", "filter a = 'b' and", "where a = 'b'",
		"stats latest(a) by", "stats latest(a) b by c", "stats last(a) as b by c", "stats latest(a) as b", "stats count() as b by c", "stats latest(a) as a-b by c",
		"stats latest(a) as b by c | display a", "stats latest(a) as b by c | filter a = 'x'", "stats latest(a) as b by c | stats count(*) as d by b | stats count(*) as e by d",
		"sort a", "sort a down", "limit 0", "limit x", "limit 10001", "display", "display a b", "display a,", "filter a = 'b' filter c = 'd'",
	} {
		if _, err := parseQuery(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
	q, err := parseQuery("filter a = 'b' or ispresent(c.d) and @e >= 3 | stats latest(f) as g by h | sort g desc | limit 1 | display g, h")
	if err != nil || !slices.Equal(q.fields, []string{"a", "c.d", "@e", "f", "h"}) {
		t.Errorf("%v, %v", q, err)
	}
}
