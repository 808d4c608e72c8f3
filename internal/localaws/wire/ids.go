package wire

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"sync"
)

// IDs makes identifiers. With the same seed, each named stream gives the same ids in the same
// order, independent of the other streams.
type IDs struct {
	seed   [8]byte
	mu     sync.Mutex
	counts map[string]uint64
}

// NewIDs starts the streams from a seed; 0 uses a random one.
func NewIDs(seed uint64) *IDs {
	ids := &IDs{counts: map[string]uint64{}}
	if seed == 0 {
		_, _ = rand.Read(ids.seed[:]) // never fails: crypto/rand aborts the program instead
	} else {
		binary.BigEndian.PutUint64(ids.seed[:], seed)
	}
	return ids
}

func (ids *IDs) next(stream string) [32]byte {
	ids.mu.Lock()
	ids.counts[stream]++
	count := ids.counts[stream]
	ids.mu.Unlock()
	block := make([]byte, 0, 16+len(stream))
	block = append(block, ids.seed[:]...)
	block = binary.BigEndian.AppendUint64(block, count)
	return sha256.Sum256(append(block, stream...))
}

// Unique returns an IAM unique id: a prefix of four letters and 17 capitals and digits.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func (ids *IDs) Unique(stream, prefix string) string {
	sum := ids.next(stream + prefix)
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// UUID returns a random-looking UUID.
func (ids *IDs) UUID(stream string) string {
	sum := ids.next(stream)
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Secret returns 40 characters for a secret key or token that gives no access.
func (ids *IDs) Secret(stream string) string {
	sum := ids.next(stream)
	return hex.EncodeToString(sum[:20])
}
