package iam

import (
	"iter"
	"slices"
	"sort"
)

// history is how many writes back a stale read can look.
const history = 32

// table holds the versions of one kind of entity by key.
type table[T any] struct {
	rows map[string][]version[T]
	keys []string // sorted; nil when rows came or went
}

// version is an entity as a write left it; a nil value is a deletion. Values are
// never changed once they are in a table.
type version[T any] struct {
	seq   uint64
	value *T
}

// get gives the entity as of a write, or nil.
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

// all goes through the entities as of a write, in the order of their keys.
func (t *table[T]) all(seq uint64) iter.Seq2[string, *T] {
	return t.from(seq, "")
}

// from goes through the entities whose key is greater than after.
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

// sorted gives all keys, dropping on the way what was deleted too long ago to be seen.
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
