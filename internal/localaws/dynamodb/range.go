package dynamodb

import (
	"iter"
	"slices"
	"sort"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/expr"
	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// query is the requested part of a partition, and its order.
type query struct {
	partition key
	operator  string // on the sort key; empty for the whole partition
	low, high string // the operands, as keys
	start     *key
	backward  bool
}

// newQuery assigns the conditions to the attributes of the schema.
func newQuery(s schema, conditions []expr.KeyCondition) (query, error) {
	var q query
	if len(conditions) > len(s) {
		return q, invalid("Query key condition not supported")
	}
	for i, a := range s {
		at := slices.IndexFunc(conditions, func(k expr.KeyCondition) bool { return k.Attribute == a.name })
		if at < 0 {
			if i == 0 || len(conditions) > 1 {
				return q, invalid("Query condition missed key schema element: %s", a.name)
			}
			return q, nil
		}
		k := conditions[at]
		for _, v := range k.Values {
			if value.TypeOf(v) != a.kind {
				return q, invalid("One or more parameter values were invalid: Condition parameter type does not match schema type")
			}
		}
		low := value.Key(k.Values[0])
		if i == 0 {
			if k.Operator != "=" {
				return q, invalid("Query key condition not supported")
			}
			if low == "" {
				return q, invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", a.name)
			}
			q.partition = newKey(low, "")
			continue
		}
		q.operator, q.low, q.high = k.Operator, low, value.Key(k.Values[len(k.Values)-1])
	}
	return q, nil
}

// rows iterates over the requested rows.
func (q query) rows(s *store) iter.Seq[*row] {
	bucket, at, found := s.find(q.partition)
	if !found {
		return func(func(*row) bool) {}
	}
	p := (*bucket)[at]
	from, to := q.bounds(p)
	if q.start != nil {
		if q.backward {
			to = min(to, p.from(q.start.sort))
		} else {
			from = max(from, p.past(q.start.sort))
		}
	}
	rows := p.rows[from:max(from, to)]
	if !q.backward {
		return slices.Values(rows)
	}
	return func(yield func(*row) bool) {
		for _, r := range slices.Backward(rows) {
			if !yield(r) {
				return
			}
		}
	}
}

// bounds returns the range of the partition that satisfies the sort key's condition. Every
// condition selects one contiguous range.
func (q query) bounds(p *partition) (from, to int) {
	switch q.operator {
	case "=":
		return p.from(q.low), p.past(q.low)
	case "<":
		return 0, p.from(q.low)
	case "<=":
		return 0, p.past(q.low)
	case ">":
		return p.past(q.low), len(p.rows)
	case ">=":
		return p.from(q.low), len(p.rows)
	case "BETWEEN":
		return p.from(q.low), p.past(q.high)
	case "begins_with":
		from = p.from(q.low)
		return from, from + sort.Search(len(p.rows)-from, func(i int) bool { return !strings.HasPrefix(p.rows[from+i].sort, q.low) })
	}
	return 0, len(p.rows)
}

// from returns the index of the first sort key that is at least sort; past, the first one greater
// than sort.
func (p *partition) from(sort string) int {
	at, _ := p.find(sort)
	return at
}

func (p *partition) past(sort string) int {
	at, found := p.find(sort)
	if found {
		at++
	}
	return at
}
