package templatetest_test

import (
	"math"
	"regexp"
	"strconv"
	"testing"
)

// arithmetic computes expressions of CloudWatch's metric math, with the functions that the alarms
// use. Its values are arrays of series; a number is a constant series.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
type arithmetic struct {
	t       *testing.T
	ids     map[string]minutes
	metrics []minutes
	rest    []string
}

var tokens = regexp.MustCompile(`[A-Za-z]+|[0-9]+|[\[\](),>]`)

func (m *arithmetic) next() string {
	next := m.rest[0]
	m.rest = m.rest[1:]
	return next
}

func (m *arithmetic) expression() []minutes {
	left := m.operand()
	if len(m.rest) == 0 || m.rest[0] != ">" {
		return left
	}
	m.next()
	right := m.operand()[0][0]
	return each(left, func(s minutes, i int) float64 { return truth(s[i] > right, s[i]) })
}

// truth returns 1 or 0, and no value if of is none.
func truth(is bool, of float64) float64 {
	switch {
	case math.IsNaN(of):
		return none
	case is:
		return 1
	}
	return 0
}

func (m *arithmetic) operand() []minutes {
	next := m.next()
	if n, err := strconv.ParseFloat(next, 64); err == nil {
		return []minutes{of(n, len(m.metrics[0]))}
	}
	if next == "[" {
		return m.arguments("]")
	}
	if len(m.rest) == 0 || m.rest[0] != "(" {
		return []minutes{m.ids[next]}
	}
	m.next()
	a := m.arguments(")")
	switch next {
	case "METRICS":
		return m.metrics
	case "FILL":
		by := a[len(a)-1][0]
		return each(a[:len(a)-1], func(s minutes, i int) float64 {
			if math.IsNaN(s[i]) {
				return by
			}
			return s[i]
		})
	case "DIFF":
		return each(a, func(s minutes, i int) float64 {
			if i == 0 {
				return none
			}
			return s[i] - s[i-1]
		})
	case "SUM":
		return each(a[:1], func(_ minutes, i int) float64 {
			sum := none
			for _, s := range a {
				if math.IsNaN(sum) {
					sum = s[i]
				} else if !math.IsNaN(s[i]) {
					sum += s[i]
				}
			}
			return sum
		})
	case "IF":
		return each(a[:1], func(s minutes, i int) float64 {
			if math.IsNaN(s[i]) {
				return none
			}
			if s[i] != 0 {
				return a[1][i]
			}
			return a[2][i]
		})
	}
	m.t.Fatalf("%s is not known to this test", next)
	return nil
}

// arguments reads all arguments up to the closing bracket; an array is expanded.
func (m *arithmetic) arguments(end string) (all []minutes) {
	for m.rest[0] != end {
		all = append(all, m.expression()...)
		if m.rest[0] == "," {
			m.next()
		}
	}
	m.next()
	return all
}

func each(all []minutes, value func(minutes, int) float64) (out []minutes) {
	for _, s := range all {
		o := make(minutes, len(s))
		for i := range s {
			o[i] = value(s, i)
		}
		out = append(out, o)
	}
	return out
}
