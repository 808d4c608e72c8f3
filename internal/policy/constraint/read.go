package constraint

import (
	"time"

	"github.com/ringfence/ringfence/internal/policy"
	"github.com/ringfence/ringfence/internal/policy/lang"
)

// read reads the values of a condition. The kind stays opaque if one cannot be read.
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
