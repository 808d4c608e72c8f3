package eval

import (
	"net/netip"
	"strings"
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/catalog"
	"github.com/ringfence/ringfence/internal/wildcard"
)

// condition is one key under one operator, ready to be asked.
type condition struct {
	key      string // in lower case
	base     policy.Base
	negated  bool
	ifExists bool
	set      policy.Set
	// open is true for an operator without a set qualifier on a key that can have several values: AWS does
	// not document when it matches.
	open bool
	// opaque is true where the operator is unknown or some value cannot be read.
	opaque bool

	// One of these holds the values, according to base.
	patterns []pattern
	numbers  []float64
	dates    []time.Time
	networks []netip.Prefix
	bools    []bool
	binaries []string
}

func compileCondition(c *policy.Condition, v policy.Version) condition {
	base, negated := c.Operator.Base.Positive()
	out := condition{
		key:      strings.ToLower(c.Key),
		base:     base,
		negated:  negated,
		ifExists: c.Operator.IfExists,
		set:      c.Operator.Set,
		opaque:   base == policy.Unknown,
	}
	if base != policy.Null && out.set == policy.NoSet {
		out.open = catalog.ValuesOf(out.key).Number == catalog.Multivalued
	}
	switch base {
	case policy.Unknown:
	case policy.StringLike, policy.ArnEquals, policy.ArnLike:
		out.patterns = make([]pattern, len(c.Values))
		for i, s := range c.Values {
			out.patterns[i] = compilePattern(policy.ParsePattern, s, v)
		}
	case policy.StringEquals, policy.StringEqualsIgnoreCase:
		out.patterns = make([]pattern, len(c.Values))
		for i, s := range c.Values {
			out.patterns[i] = compileText(s, v)
		}
	case policy.Bool:
		out.compileBools(c.Values, v)
	case policy.Null:
		out.bools = read(c.Values, policy.ParseBool, &out.opaque)
	case policy.BinaryEquals:
		out.binaries = read(c.Values, policy.ParseBinary, &out.opaque)
	case policy.IPAddress:
		out.networks = read(c.Values, policy.ParsePrefix, &out.opaque)
	case policy.DateEquals, policy.DateLessThan, policy.DateLessThanEquals, policy.DateGreaterThan, policy.DateGreaterThanEquals:
		out.dates = read(c.Values, policy.ParseDate, &out.opaque)
	default:
		out.numbers = read(c.Values, policy.ParseNumber, &out.opaque)
	}
	return out
}

// read reads all values; failed becomes true if one cannot be read.
func read[T any](values []string, parse func(string) (T, bool), failed *bool) []T {
	out := make([]T, 0, len(values))
	for _, s := range values {
		if v, ok := parse(s); ok {
			out = append(out, v)
		} else {
			*failed = true
		}
	}
	return out
}

// compileBools keeps the values of Bool with variables as patterns: what they are is
// known only with the request.
func (c *condition) compileBools(values []string, v policy.Version) {
	for _, s := range values {
		p := compileText(s, v)
		text, _ := p.Prefix()
		if !p.Literal() {
			c.patterns = append(c.patterns, p)
		} else if b, ok := policy.ParseBool(text); ok {
			c.bools = append(c.bools, b)
		} else {
			c.opaque = true
		}
	}
}

// ask matches the condition with the request.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (c *condition) ask(e *env) truth {
	if c.base == policy.Unknown {
		return unknown
	}
	list, one := e.lookup(c.key)
	missing := len(list) == 0 && one == ""
	if e.gaps != nil && (missing && e.unknown(c.key) || e.undetermined(c.patterns)) {
		if c.base == policy.Null && e.valueUnknown(c.key) {
			return c.null(false)
		}
		return unknown
	}
	switch {
	case c.base == policy.Null:
		return c.null(missing)
	case missing:
		return c.missing()
	case c.set != policy.NoSet:
		return c.quantified(list, one, e)
	}
	// Without a qualifier several values of a key of which AWS documents nothing are matched by any of
	// them, and a negated operator says that none is.
	answer := no
	if len(list) == 0 {
		answer = c.value(one, e)
	}
	for i := 0; i < len(list) && answer != yes; i++ {
		answer = max(answer, c.value(list[i], e))
	}
	switch {
	case c.open && (c.negated || answer != no):
		return unknown
	case c.negated:
		return answer.not()
	}
	return answer
}

// quantified asks for all or for any value of the request.
func (c *condition) quantified(list []string, one string, e *env) truth {
	if len(list) == 1 && list[0] == "" {
		return c.emptyValue(e)
	}
	return c.each(list, one, e)
}

// emptyValue is the answer for one empty value. By AWS's text it is no value, so that ForAllValues is true
// and ForAnyValue is false; where comparing it says something else, neither is certain.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (c *condition) emptyValue(e *env) truth {
	if answer := c.each(nil, "", e); answer == truthOf(c.set == policy.ForAllValues) {
		return answer
	}
	return unknown
}

// each is quantified for values that are there.
func (c *condition) each(list []string, one string, e *env) truth {
	stop := yes
	if c.set == policy.ForAllValues {
		stop = no
	}
	answer := stop.not()
	for i := range max(len(list), 1) {
		if len(list) > 0 {
			one = list[i]
		}
		this := c.value(one, e)
		if c.negated {
			this = this.not()
		}
		if this == stop {
			return stop
		}
		if this == unknown {
			answer = unknown
		}
	}
	return answer
}

// null is the Null operator: true asks for the key to be missing.
func (c *condition) null(missing bool) truth {
	for _, want := range c.bools {
		if want == missing {
			return yes
		}
	}
	if c.opaque {
		return unknown
	}
	return no
}

// missing is the answer where the request does not have the key.
func (c *condition) missing() truth {
	switch {
	case c.ifExists, c.set == policy.ForAllValues:
		return yes
	case c.set == policy.ForAnyValue:
		return no
	default:
		return truthOf(c.negated)
	}
}

// value matches one value of the request with the values of the policy, under the
// operator without its negation.
func (c *condition) value(s string, e *env) truth {
	if c.matches(s, e) {
		return yes
	}
	if c.opaque || c.base == policy.IPAddress && policy.IsMappedAddr(s) {
		return unknown
	}
	return no
}

func (c *condition) matches(s string, e *env) bool {
	switch c.base {
	case policy.StringEquals, policy.StringLike:
		return c.anyPattern(s, e, wildcard.CaseSensitive, 0)
	case policy.StringEqualsIgnoreCase:
		return c.anyPattern(s, e, wildcard.FoldUnicode, 0)
	case policy.ArnEquals, policy.ArnLike:
		return c.anyPattern(s, e, wildcard.CaseSensitive, fields(s))
	case policy.Bool:
		return c.anyBool(s, e)
	case policy.BinaryEquals:
		value, ok := policy.ParseBinary(s)
		return ok && contains(c.binaries, value)
	case policy.IPAddress:
		addr, ok := policy.ParseAddr(s)
		if !ok {
			return false
		}
		for i := range c.networks {
			if c.networks[i].Contains(addr) {
				return true
			}
		}
		return false
	case policy.DateEquals, policy.DateLessThan, policy.DateLessThanEquals, policy.DateGreaterThan, policy.DateGreaterThanEquals:
		date, ok := policy.ParseDate(s)
		if !ok {
			return false
		}
		for i := range c.dates {
			if ordered(c.base-policy.DateEquals, date.Compare(c.dates[i])) {
				return true
			}
		}
		return false
	default:
		number, ok := policy.ParseNumber(s)
		if !ok {
			return false
		}
		for _, n := range c.numbers {
			if ordered(c.base-policy.NumericEquals, compare(number, n)) {
				return true
			}
		}
		return false
	}
}

func (c *condition) anyPattern(s string, e *env, fold wildcard.Fold, fields int) bool {
	o := wildcard.Options{Value: e.variable, Fold: fold, Fields: fields}
	for i := range c.patterns {
		if c.patterns[i].Match(s, o) {
			return true
		}
	}
	return false
}

func (c *condition) anyBool(s string, e *env) bool {
	value, ok := policy.ParseBool(s)
	if !ok {
		return false
	}
	for _, b := range c.bools {
		if b == value {
			return true
		}
	}
	return c.anyPattern(s, e, wildcard.FoldUnicode, 0)
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// ordered reports whether a comparison of the request's value with the policy's came
// out as the operator asks. The Numeric and the Date operators stand in the same
// order, counted from their Equals.
func ordered(operator policy.Base, comparison int) bool {
	switch operator {
	case policy.NumericLessThan - policy.NumericEquals:
		return comparison < 0
	case policy.NumericLessThanEquals - policy.NumericEquals:
		return comparison <= 0
	case policy.NumericGreaterThan - policy.NumericEquals:
		return comparison > 0
	case policy.NumericGreaterThanEquals - policy.NumericEquals:
		return comparison >= 0
	default:
		return comparison == 0
	}
}
