// Package lru is a map of limited size that drops the least recently used entry.
package lru

import (
	"container/list"
	"sync"
)

// Map is a map of limited size. It is safe for concurrent use.
type Map[K comparable, V any] struct {
	mu    sync.Mutex
	size  int
	order *list.List // of entry, the most recently used first
	at    map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

// New returns a map of at most size entries.
func New[K comparable, V any](size int) *Map[K, V] {
	return &Map[K, V]{size: size, order: list.New(), at: map[K]*list.Element{}}
}

// Get returns the value of a key, and makes it the most recently used one.
func (c *Map[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.at[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(entry[K, V]).value, true
}

// Put sets the value of a key. If there are too many, it drops the least recently used entry.
func (c *Map[K, V]) Put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.at[key]; ok {
		e.Value = entry[K, V]{key, value}
		c.order.MoveToFront(e)
		return
	}
	c.at[key] = c.order.PushFront(entry[K, V]{key, value})
	if c.order.Len() > c.size {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.at, oldest.Value.(entry[K, V]).key)
	}
}
