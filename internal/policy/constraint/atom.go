package constraint

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// kind is what the values of an atom are.
type kind uint8

const (
	opaque      kind = iota // cannot be read: neither true nor false is known
	null                    // whether the key is missing
	text                    // strings and ARNs, by globs
	number                  // by order
	date                    // by order
	network                 // by CIDR
	binaryValue             // by equality
)

// atom is one question about one part of a request: is some value of the key among these? All
// operators come down to that question or its negation (see newLiteral), so that one atom serves an
// operator and its opposite, and a search that has decided the one has decided the other.
type atom struct {
	// id is the same for the atoms that ask the same.
	id string
	// on is the condition key in lower case, "" for the resource. name is the key as
	// written.
	on, name string
	// fault is a condition that cannot be read, in words.
	fault string
	kind  kind
	// complement asks for a value that is not among these.
	complement bool
	// missing is the answer where the request does not have the key.
	missing bool
	// bare is set for an operator without a set qualifier. AWS does not document what it answers for a key
	// that can have several values.
	bare bool
	// empty is set where one empty value is among the values if it is compared, and not by AWS's text, which
	// has it count as none.
	empty bool

	globs []*lang.Glob
	// globsOf has the globs of a resource in each semantics, nil where these cannot be told; differs
	// says which are not the same as the first.
	globsOf [allSemantics][]*lang.Glob
	differs [allSemantics]bool
	// refers are the condition keys that variables of the globs refer to.
	refers []string

	numbers  []bound[float64]
	dates    []bound[time.Time]
	networks []netip.Prefix
	binaries []string
}

// bound is one comparison with a value of the policy.
type bound[T any] struct {
	order order
	value T
}

// order is how a value must compare: a set of the three bits.
type order uint8

const (
	less order = 1 << iota
	same
	greater
)

func (o order) allows(comparison int) bool { return o&(less<<(comparison+1)) != 0 }

// holds answers the atom for the values of its key, none for a missing key. It is
// false for what cannot be read.
func (a *atom) holds(values []string, b lang.Bindings) bool {
	if len(values) == 0 || a.kind == null {
		return a.missing && len(values) == 0
	}
	for _, s := range values {
		if a.among(s, b) != a.complement {
			return true
		}
	}
	return false
}

// among reports whether one value is among those of the atom.
func (a *atom) among(s string, b lang.Bindings) bool {
	switch a.kind {
	case text:
		return lang.Any(a.globs, s, b)
	case number:
		v, ok := policy.ParseNumber(s)
		return ok && slices.ContainsFunc(a.numbers, func(n bound[float64]) bool { return n.order.allows(cmp.Compare(v, n.value)) })
	case date:
		v, ok := policy.ParseDate(s)
		return ok && slices.ContainsFunc(a.dates, func(d bound[time.Time]) bool { return d.order.allows(v.Compare(d.value)) })
	case network:
		v, ok := policy.ParseAddr(s)
		return ok && slices.ContainsFunc(a.networks, func(n netip.Prefix) bool { return n.Contains(v) })
	case binaryValue:
		v, ok := policy.ParseBinary(s)
		return ok && slices.Contains(a.binaries, v)
	default:
		return false
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}
