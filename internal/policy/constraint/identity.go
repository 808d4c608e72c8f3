package constraint

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/policy/lang"
)

// identity writes the atom in a form that is the same for the same question.
func (a *atom) identity(vars *lang.Variables) string {
	parts := make([]string, 0, len(a.globs)+len(a.numbers)+len(a.dates)+len(a.networks)+len(a.binaries))
	add := func(b []byte) { parts = append(parts, string(b)) }
	for _, g := range a.globs {
		add(g.AppendID(make([]byte, 0, g.Len()+8), vars))
	}
	for _, b := range a.numbers {
		add(binary.BigEndian.AppendUint64([]byte{byte(b.order)}, math.Float64bits(b.value)))
	}
	for _, b := range a.dates {
		add(b.value.AppendFormat([]byte{byte(b.order)}, time.RFC3339Nano))
	}
	for _, n := range a.networks {
		add(n.AppendTo(nil))
	}
	for _, s := range a.binaries {
		add([]byte(s))
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	id := []byte{byte(a.kind), byte(btoi(a.complement)), byte(btoi(a.missing)), byte(btoi(a.bare)), byte(btoi(a.empty))}
	id = append(append(id, a.on...), 0)
	for _, p := range parts {
		id = binary.AppendUvarint(id, uint64(len(p)))
		id = append(id, p...)
	}
	return string(id)
}
