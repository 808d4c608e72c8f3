package compare

import (
	"cmp"
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ringfence/ringfence/internal/policy"
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

// atom is one question about one part of a request: is some value of the key among
// these? All operators come down to that question or its negation (see newAtom), so
// that one atom serves an operator and its opposite, and a search that has decided
// the one has decided the other.
type atom struct {
	// id is the same for the atoms that ask the same.
	id string
	// on is the condition key in lower case, "" for the resource. name is the key as
	// written.
	on, name string
	kind     kind
	// complement asks for a value that is not among these.
	complement bool
	// missing is the answer where the request does not have the key.
	missing bool

	globs []*glob
	// readings has the globs of a resource in every reading, nil where a reading
	// cannot be told; differs is true if not all are the same.
	readings [readings][]*glob
	differs  bool
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

// literal is an atom or its negation: one thing that a statement asks for.
type literal struct {
	atom *atom
	not  bool
}

// newLiteral reads a condition. With "some" for "some value of the key is among
// these", and the answer for a missing key behind the bar:
//
//	StringEquals                   some | false
//	StringEqualsIfExists           some | true
//	StringNotEquals, …IfExists     not (some | false)
//	ForAnyValue:StringEquals       some | false
//	ForAnyValue:StringNotEquals    some other | false
//	ForAllValues:StringEquals      not (some other | false)
//	ForAllValues:StringNotEquals   not (some | false)
//
// so a plain operator on a key with several values is true if one of them matches,
// and a plain negated operator if none does. The same holds for the other types.
// always is true for a condition that holds for every request.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func newLiteral(c *policy.Condition, v policy.Version, vars *variables) (l literal, always bool) {
	base, negated := c.Operator.Base.Positive()
	a := &atom{on: strings.ToLower(c.Key), name: c.Key}
	l.atom = a
	if base == policy.Null {
		l.not, always = a.null(c.Values)
	} else {
		switch c.Operator.Set {
		case policy.ForAllValues:
			a.complement, l.not = !negated, true
		case policy.ForAnyValue:
			a.complement, a.missing = negated, c.Operator.IfExists
		default:
			l.not, a.missing = negated, c.Operator.IfExists && !negated
		}
		a.read(base, c.Values, v, vars)
	}
	if a.kind == opaque {
		*a = atom{on: a.on, name: a.name, id: opaqueID(c, v)}
		l.not = false
	} else {
		a.id = a.identity(vars)
		a.refers = vars.keys(a.globs)
	}
	return l, always
}

// newResource is the atom of a Resource element.
func newResource(globs []*glob, vars *variables) *atom {
	a := &atom{kind: text, globs: globs, refers: vars.keys(globs)}
	a.id = a.identity(vars)
	a.readings[beyond] = globs
	for r := within; r < readings; r++ {
		list, same := make([]*glob, len(globs)), true
		for i, g := range globs {
			var ok bool
			if list[i], ok = g.keptInFields(r == fieldEnds); !ok {
				list, same = nil, false
				break
			}
			same = same && list[i] == g
		}
		if same {
			list = globs
		}
		a.readings[r], a.differs = list, a.differs || !same
	}
	return a
}

// opaqueID tells opaque atoms apart by all that was written.
func opaqueID(c *policy.Condition, v policy.Version) string {
	return "opaque\x00" + strconv.FormatBool(v.Variables()) + "\x00" + c.Operator.String() + "\x00" + strings.ToLower(c.Key) + "\x00" + strings.Join(c.Values, "\x00")
}

// null reads the values of the Null operator: true asks for the key to be missing.
func (a *atom) null(values []string) (not, always bool) {
	var want [2]bool
	for _, s := range values {
		b, ok := policy.ParseBool(s)
		if !ok {
			return false, false
		}
		want[btoi(b)] = true
	}
	a.kind, a.missing = null, true
	return want[0], want[0] && want[1]
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// read reads the values. The kind stays opaque if one cannot be read.
func (a *atom) read(base policy.Base, values []string, v policy.Version, vars *variables) {
	switch base {
	case policy.StringEquals, policy.StringEqualsIgnoreCase:
		a.texts(values, policy.ParseText, base == policy.StringEqualsIgnoreCase, v, vars)
	case policy.StringLike:
		a.texts(values, policy.ParsePattern, false, v, vars)
	case policy.ArnEquals, policy.ArnLike:
		a.texts(values, policy.ParsePattern, false, v, vars)
		for i, g := range a.globs {
			var ok bool
			if a.globs[i], ok = g.keptInFields(false); !ok {
				a.kind = opaque
				return
			}
		}
	case policy.Bool:
		for _, s := range values {
			b, ok := policy.ParseBool(s)
			if !ok {
				return
			}
			a.globs = append(a.globs, literalGlob([2]string{"false", "true"}[btoi(b)], true))
		}
		a.kind = text
	case policy.IPAddress:
		a.networks, a.kind = readAll(values, policy.ParsePrefix, network)
	case policy.BinaryEquals:
		a.binaries, a.kind = readAll(values, policy.ParseBinary, binaryValue)
	case policy.NumericEquals, policy.NumericLessThan, policy.NumericLessThanEquals, policy.NumericGreaterThan, policy.NumericGreaterThanEquals:
		var list []float64
		list, a.kind = readAll(values, policy.ParseNumber, number)
		a.numbers = bounds(list, base-policy.NumericEquals)
	case policy.DateEquals, policy.DateLessThan, policy.DateLessThanEquals, policy.DateGreaterThan, policy.DateGreaterThanEquals:
		var list []time.Time
		list, a.kind = readAll(values, policy.ParseDate, date)
		a.dates = bounds(list, base-policy.DateEquals)
	}
}

func (a *atom) texts(values []string, parse func(string, policy.Version) policy.Pattern, fold bool, v policy.Version, vars *variables) {
	for _, s := range values {
		a.globs = append(a.globs, newGlob(parse(s, v), fold, vars))
	}
	a.kind = text
}

func readAll[T any](values []string, parse func(string) (T, bool), k kind) ([]T, kind) {
	out := make([]T, 0, len(values))
	for _, s := range values {
		value, ok := parse(s)
		if !ok {
			return nil, opaque
		}
		out = append(out, value)
	}
	return out, k
}

// bounds reads an ordering operator by its place behind the Equals of its type.
func bounds[T any](values []T, operator policy.Base) []bound[T] {
	o := same
	switch operator {
	case policy.NumericLessThan - policy.NumericEquals:
		o = less
	case policy.NumericLessThanEquals - policy.NumericEquals:
		o = less | same
	case policy.NumericGreaterThan - policy.NumericEquals:
		o = greater
	case policy.NumericGreaterThanEquals - policy.NumericEquals:
		o = greater | same
	}
	out := make([]bound[T], len(values))
	for i, value := range values {
		out[i] = bound[T]{o, value}
	}
	return out
}

// identity writes the atom in a form that is the same for the same question.
func (a *atom) identity(vars *variables) string {
	var parts []string
	add := func(b []byte) { parts = append(parts, string(b)) }
	for _, g := range a.globs {
		add(g.appendID(nil, vars))
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
	id := []byte{byte(a.kind), byte(btoi(a.complement)), byte(btoi(a.missing))}
	id = append(append(id, a.on...), 0)
	for _, p := range parts {
		id = binary.AppendUvarint(id, uint64(len(p)))
		id = append(id, p...)
	}
	return string(id)
}

// appendID writes the glob in a form that differs for different globs.
func (g *glob) appendID(b []byte, vars *variables) []byte {
	b = append(b, byte(btoi(g.fold)))
	for _, s := range g.symbols {
		switch {
		case s.isVariable():
			v := vars.of(s)
			b = append(b, 0xfe) // no UTF-8 text has this byte
			b = append(b, v.key...)
			if v.hasDefault {
				b = append(append(b, 0xfd), v.fallback...)
			}
			b = append(b, 0xfc)
		case !s.isCharacter():
			b = append(b, 0xff, byte(-s))
		case g.fold:
			b = utf8.AppendRune(b, lowest(rune(s)))
		default:
			b = utf8.AppendRune(b, rune(s))
		}
	}
	return b
}

// lowest stands for all characters that differ from r in case at most.
func lowest(r rune) rune {
	low := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		low = min(low, f)
	}
	return low
}

// holds answers the atom for the values of its key, none for a missing key. It is
// false for what cannot be read.
func (a *atom) holds(values []string, b bindings) bool {
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
func (a *atom) among(s string, b bindings) bool {
	switch a.kind {
	case text:
		return slices.ContainsFunc(a.globs, func(g *glob) bool { return g.matches(s, b) })
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
