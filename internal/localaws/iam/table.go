package iam

import (
	"iter"
	"slices"
	"sort"
)

// history is how many writes back a stale read can go.
const history = 32

// table holds the versions of one kind of entity by key.
type table[T any] struct {
	rows map[string][]version[T]
	keys []string // sorted; nil after rows were added or removed
}

// version is an entity after a write; a nil value is a deletion. Values in a table never change.
type version[T any] struct {
	seq   uint64
	value *T
}

// get returns the entity as of a write, or nil.
func (t *table[T]) get(seq uint64, key string) *T {
	versions := t.rows[key]
	for i := len(versions) - 1; i >= 0; i-- {
		if versions[i].seq <= seq {
			return versions[i].value
		}
	}
	return nil
}

// put sets the entity as of a write; nil deletes it.
func (t *table[T]) put(seq uint64, key string, value *T) {
	if t.rows == nil {
		t.rows = map[string][]version[T]{}
	}
	versions, known := t.rows[key]
	if !known {
		t.keys = nil
	}
	if n := len(versions); n > 0 && versions[n-1].seq == seq {
		versions[n-1].value = value
		return
	}
	versions = append(versions, version[T]{seq, value})
	if len(versions) > history+1 {
		versions = slices.Clone(versions[len(versions)-history-1:])
	}
	t.rows[key] = versions
}

// all iterates over the entities as of a write, in key order.
func (t *table[T]) all(seq uint64) iter.Seq2[string, *T] {
	return t.from(seq, "")
}

// from iterates over the entities with a key greater than after.
func (t *table[T]) from(seq uint64, after string) iter.Seq2[string, *T] {
	keys := t.sorted(seq)
	if after != "" {
		keys = keys[sort.Search(len(keys), func(i int) bool { return keys[i] > after }):]
	}
	return func(yield func(string, *T) bool) {
		for _, key := range keys {
			if value := t.get(seq, key); value != nil && !yield(key, value) {
				return
			}
		}
	}
}

// sorted returns all keys. It drops rows deleted too long ago to be read.
func (t *table[T]) sorted(seq uint64) []string {
	if t.keys != nil {
		return t.keys
	}
	t.keys = make([]string, 0, len(t.rows))
	for key, versions := range t.rows {
		last := versions[len(versions)-1]
		if last.value == nil && last.seq+history < seq {
			delete(t.rows, key)
			continue
		}
		t.keys = append(t.keys, key)
	}
	slices.Sort(t.keys)
	return t.keys
}
