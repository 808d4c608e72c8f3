package constraint

import (
	"strconv"
	"strings"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// literal is an atom or its negation: one thing that a statement asks for.
type literal struct {
	atom *atom
	not  bool
}

// newLiteral reads a condition. With "some" for "some value of the key is among these", and the answer
// for a missing key behind the bar:
//
//	StringEquals                   some | false
//	StringEqualsIfExists           some | true
//	StringNotEquals, …IfExists     not (some | false)
//	ForAnyValue:StringEquals       some | false
//	ForAnyValue:StringNotEquals    some other | false
//	ForAllValues:StringEquals      not (some other | false)
//	ForAllValues:StringNotEquals   not (some | false)
//
// The same is true of the other types. A plain operator on a key that can have several values is left
// open: see bare. always is true for a condition that every request satisfies.
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
			l.not, a.missing, a.bare = negated, c.Operator.IfExists && !negated, true
		}
		a.read(base, c.Values, v, vars)
	}
	if a.kind == opaque {
		*a = atom{on: a.on, name: a.name, id: opaqueID(c, v), fault: faultOf(c)}
		l.not = false
		return l, always
	}
	if catalog.ValuesOf(a.on).Number == catalog.Single {
		// With one value at most the qualifiers ForAnyValue and none are alike.
		a.bare = false
	}
	a.empty = c.Operator.Set != policy.NoSet && a.kind != null && a.among("", lang.Bindings{}) != a.complement
	a.id = a.identity(vars)
	a.refers = vars.Keys(a.globs)
	return l, always
}

// faultOf names a condition that cannot be read, and what is wrong with its operator.
func faultOf(c *policy.Condition) string {
	text := c.Operator.Name + " on " + c.Key
	if fault := c.Operator.Fault(); fault != "" {
		text += " (" + fault + ")"
	}
	return text
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
