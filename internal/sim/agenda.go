package sim

import (
	"container/heap"
	"time"
)

// item is something that happens at a time.
type item struct {
	at     time.Time
	serial int
	do     func()
}

type agenda []item

func (a agenda) Len() int { return len(a) }

func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].serial < a[j].serial
}

func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push implements heap.Interface.
func (a *agenda) Push(x any) { *a = append(*a, x.(item)) }

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	n := len(*a) - 1
	x := (*a)[n]
	(*a)[n] = item{}
	*a = (*a)[:n]
	return x
}

// after schedules do.
func (w *World) after(d time.Duration, do func()) {
	w.serial++
	heap.Push(&w.due, item{time.Now().Add(d), w.serial, do})
}
