package compare

import (
	"strconv"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
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
func newLiteral(c *policy.Condition, v policy.Version, vars *lang.Variables) (l literal, always bool) {
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
		a.refers = vars.Keys(a.globs)
	}
	return l, always
}

// reading is how a wildcard in the first five fields of a resource's ARN treats
// colons. AWS documents that a wildcard stands for characters within a field, that a *
// at the end of a field may go beyond it, and evaluates most patterns as if every
// wildcard could. An answer is given only where all three agree.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
type reading uint8

const (
	beyond    reading = iota // every wildcard takes colons
	within                   // none does, but a * at the end of the pattern
	fieldEnds                // a * at the end of a field does
	readings
)

// newResource is the atom of a Resource element.
func newResource(globs []*lang.Glob, vars *lang.Variables) *atom {
	a := &atom{kind: text, globs: globs, refers: vars.Keys(globs)}
	a.id = a.identity(vars)
	a.readings[beyond] = globs
	for r := within; r < readings; r++ {
		list, same := make([]*lang.Glob, len(globs)), true
		for i, g := range globs {
			var ok bool
			if list[i], ok = g.KeptInFields(r == fieldEnds); !ok {
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
func (a *atom) read(base policy.Base, values []string, v policy.Version, vars *lang.Variables) {
	switch base {
	case policy.StringEquals, policy.StringEqualsIgnoreCase:
		a.texts(values, policy.ParseText, base == policy.StringEqualsIgnoreCase, v, vars)
	case policy.StringLike:
		a.texts(values, policy.ParsePattern, false, v, vars)
	case policy.ArnEquals, policy.ArnLike:
		a.texts(values, policy.ParsePattern, false, v, vars)
		for i, g := range a.globs {
			var ok bool
			if a.globs[i], ok = g.KeptInFields(false); !ok {
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
			a.globs = append(a.globs, lang.Text([2]string{"false", "true"}[btoi(b)], true))
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

func (a *atom) texts(values []string, parse func(string, policy.Version) policy.Pattern, fold bool, v policy.Version, vars *lang.Variables) {
	for _, s := range values {
		a.globs = append(a.globs, lang.New(parse(s, v).Tokens, fold, vars))
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
