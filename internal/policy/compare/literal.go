package compare

import (
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
)

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
		a.readings[r], a.differs[r] = list, !same
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
