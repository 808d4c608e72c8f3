package compare

import (
	"encoding/binary"
	"slices"
)

// bits is a set of rules by number.
type bits []uint64

func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bits) add(o bits) {
	for i := range b {
		b[i] |= o[i]
	}
}

func (b bits) flip(o bits) {
	for i := range b {
		b[i] ^= o[i]
	}
}

func (b bits) meets(o bits) bool {
	for i := range b {
		if b[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

func (b bits) within(o bits) bool {
	for i := range b {
		if b[i]&^o[i] != 0 {
			return false
		}
	}
	return true
}

func union(b, o bits) bits {
	out := slices.Clone(b)
	out.add(o)
	return out
}

func (b bits) appendTo(key []byte) []byte {
	for _, w := range b {
		key = binary.LittleEndian.AppendUint64(key, w)
	}
	return key
}
