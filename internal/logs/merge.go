package logs

import (
	"container/heap"
	"errors"
	"io"
)

// run is a sorted sequence of records with a current one.
type run struct {
	next   func() (Record, error)
	record Record
	err    error
}

func (r *run) advance() { r.record, r.err = r.next() }

// merge is a heap of runs, with the earliest record first. A run that failed or ended comes before all others.
type merge []*run

// Len is for [container/heap].
func (m merge) Len() int { return len(m) }

// Swap is for [container/heap].
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }

// Push is for [container/heap].
func (m *merge) Push(x any) { *m = append(*m, x.(*run)) }

// Pop is for [container/heap].
func (m *merge) Pop() any {
	last := (*m)[len(*m)-1]
	*m = (*m)[:len(*m)-1]
	return last
}

// Less is for [container/heap].
func (m merge) Less(i, j int) bool {
	if m[i].err != nil || m[j].err != nil {
		return m[i].err != nil && m[j].err == nil
	}
	return m[i].record.before(&m[j].record) < 0
}

// each calls a function with the records of all runs in order, until a run fails or the function stops.
func (m merge) each(yield func(Record, error) bool) {
	for _, r := range m {
		r.advance()
	}
	heap.Init(&m)
	for len(m) > 0 {
		r := m[0]
		if errors.Is(r.err, io.EOF) {
			heap.Pop(&m)
			continue
		}
		if !yield(r.record, r.err) || r.err != nil {
			return
		}
		r.advance()
		heap.Fix(&m, 0)
	}
}
