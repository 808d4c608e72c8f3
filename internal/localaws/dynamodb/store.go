package dynamodb

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/ringfence/ringfence/internal/localaws/dynamodb/value"
)

// key is an item's place in a table: the partition key with its hash, and the sort key, which
// orders the items of the partition.
type key struct {
	hash            uint64
	partition, sort string
}

// newKey hashes a partition key with FNV-1a, mixed so that the first bits differ too.
func newKey(partition, sort string) key {
	h := uint64(14695981039346656037)
	for i := range len(partition) {
		h = (h ^ uint64(partition[i])) * 1099511628211
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	return key{h ^ h>>33, partition, sort}
}

// bucketBits is how many bits of a hash select the bucket.
const bucketBits = 10

// store holds a table's items, in the order of a scan: by hash, then by sort key.
type store struct {
	buckets [1 << bucketBits][]*partition
	count   int64
	size    int64
}

// partition holds the items of one partition key.
type partition struct {
	hash uint64
	key  string
	rows []*row // by sort key
}

// row is an item. It is never changed, only replaced.
type row struct {
	sort string
	item value.Item
	size int
}

// find returns a key's bucket, and the index at which the partition is or belongs.
func (s *store) find(k key) (bucket *[]*partition, at int, found bool) {
	bucket = &s.buckets[k.hash>>(64-bucketBits)]
	at, found = slices.BinarySearchFunc(*bucket, k, func(p *partition, k key) int {
		if p.hash != k.hash {
			return cmp.Compare(p.hash, k.hash)
		}
		return strings.Compare(p.key, k.partition)
	})
	return bucket, at, found
}

// find returns the index at which a sort key is or belongs.
func (p *partition) find(sort string) (at int, found bool) {
	return slices.BinarySearchFunc(p.rows, sort, func(r *row, sort string) int { return strings.Compare(r.sort, sort) })
}

// get returns an item, or nil.
func (s *store) get(k key) value.Item {
	bucket, at, found := s.find(k)
	if !found {
		return nil
	}
	p := (*bucket)[at]
	if at, found = p.find(k.sort); !found {
		return nil
	}
	return p.rows[at].item
}

func (s *store) put(k key, item value.Item, size int) {
	bucket, at, found := s.find(k)
	if !found {
		*bucket = slices.Insert(*bucket, at, &partition{hash: k.hash, key: k.partition})
	}
	p := (*bucket)[at]
	r := &row{k.sort, item, size}
	s.size += int64(size)
	if at, found = p.find(k.sort); found {
		s.size -= int64(p.rows[at].size)
		p.rows[at] = r
		return
	}
	s.count++
	p.rows = slices.Insert(p.rows, at, r)
}

func (s *store) remove(k key) {
	bucket, at, found := s.find(k)
	if !found {
		return
	}
	p := (*bucket)[at]
	i, found := p.find(k.sort)
	if !found {
		return
	}
	s.count--
	s.size -= int64(p.rows[i].size)
	if p.rows = slices.Delete(p.rows, i, i+1); len(p.rows) == 0 {
		*bucket = slices.Delete(*bucket, at, at+1)
	}
}

// after iterates over the rows after a key, with their partitions, in the order of a scan; over
// all rows if start is nil.
func (s *store) after(start *key) iter.Seq2[*partition, *row] {
	return func(yield func(*partition, *row) bool) {
		first, skip, inside := 0, 0, false
		if start != nil {
			first = int(start.hash >> (64 - bucketBits))
			_, skip, inside = s.find(*start)
		}
		for _, bucket := range s.buckets[first:] {
			for _, p := range bucket[skip:] {
				rows := p.rows
				if inside {
					at, found := p.find(start.sort)
					if inside = false; found {
						at++
					}
					rows = rows[at:]
				}
				for _, r := range rows {
					if !yield(p, r) {
						return
					}
				}
			}
			skip = 0
		}
	}
}
