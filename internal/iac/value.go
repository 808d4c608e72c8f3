package iac

import "github.com/ringfence/ringfence/internal/principal"

// Value is a text that a plan or a template sets. The zero Value is absent.
type Value struct {
	principal.Text
	// Why says why it is not completely known, and what to do about it.
	Why string
	// Sensitive is set if the plan or the template marks the value, or a part of it, as one that nobody
	// may see. It decides like any other, but no report shows it.
	Sensitive bool
}

// Hidden stands for a sensitive value.
const Hidden = "(sensitive)"

// Known returns a known value.
func Known(s string) Value { return Value{Text: principal.Known(s)} }

// Unknown returns an unknown value, with the reason.
func Unknown(why string) Value { return Value{Text: principal.Unknown(), Why: why} }

// Then returns the value followed by another one.
func (v Value) Then(o Value) Value {
	why := v.Why
	if why == "" {
		why = o.Why
	}
	return Value{Text: v.Text.Then(o.Text), Why: why, Sensitive: v.Sensitive || o.Sensitive}
}

// Or returns the value, or another one if it is absent or empty.
func (v Value) Or(o Value) Value {
	if s, ok := v.Value(); ok && s == "" {
		return o
	}
	return v
}
