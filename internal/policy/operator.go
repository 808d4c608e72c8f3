package policy

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/spelling"
)

// Base is a condition operator without its IfExists ending and its set qualifier.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
type Base uint8

// The operators that AWS documents. Unknown is every other: see [Operator].
const (
	Unknown Base = iota
	StringEquals
	StringNotEquals
	StringEqualsIgnoreCase
	StringNotEqualsIgnoreCase
	StringLike
	StringNotLike
	NumericEquals
	NumericNotEquals
	NumericLessThan
	NumericLessThanEquals
	NumericGreaterThan
	NumericGreaterThanEquals
	DateEquals
	DateNotEquals
	DateLessThan
	DateLessThanEquals
	DateGreaterThan
	DateGreaterThanEquals
	Bool
	BinaryEquals
	IPAddress
	NotIPAddress
	ArnEquals
	ArnNotEquals
	ArnLike
	ArnNotLike
	Null
)

var baseNames = [...]string{
	Unknown:                   "",
	StringEquals:              "StringEquals",
	StringNotEquals:           "StringNotEquals",
	StringEqualsIgnoreCase:    "StringEqualsIgnoreCase",
	StringNotEqualsIgnoreCase: "StringNotEqualsIgnoreCase",
	StringLike:                "StringLike",
	StringNotLike:             "StringNotLike",
	NumericEquals:             "NumericEquals",
	NumericNotEquals:          "NumericNotEquals",
	NumericLessThan:           "NumericLessThan",
	NumericLessThanEquals:     "NumericLessThanEquals",
	NumericGreaterThan:        "NumericGreaterThan",
	NumericGreaterThanEquals:  "NumericGreaterThanEquals",
	DateEquals:                "DateEquals",
	DateNotEquals:             "DateNotEquals",
	DateLessThan:              "DateLessThan",
	DateLessThanEquals:        "DateLessThanEquals",
	DateGreaterThan:           "DateGreaterThan",
	DateGreaterThanEquals:     "DateGreaterThanEquals",
	Bool:                      "Bool",
	BinaryEquals:              "BinaryEquals",
	IPAddress:                 "IpAddress",
	NotIPAddress:              "NotIpAddress",
	ArnEquals:                 "ArnEquals",
	ArnNotEquals:              "ArnNotEquals",
	ArnLike:                   "ArnLike",
	ArnNotLike:                "ArnNotLike",
	Null:                      "Null",
}

// String is AWS's spelling of the operator, "" for [Unknown].
func (b Base) String() string { return baseNames[b] }

// Positive is the operator that b negates, and whether b is a negated one. A negated
// operator is true exactly where its positive form is false, a missing key included.
func (b Base) Positive() (positive Base, negated bool) {
	switch b {
	case StringNotEquals, StringNotEqualsIgnoreCase, StringNotLike, NumericNotEquals, DateNotEquals,
		NotIPAddress, ArnNotEquals, ArnNotLike:
		return b - 1, true
	default:
		return b, false
	}
}

// Set is the qualifier of an operator for keys with several values.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
type Set uint8

// The set qualifiers.
const (
	// NoSet: the operator has no qualifier.
	NoSet Set = iota
	// ForAllValues is true if every value of the request matches, so also if there
	// is none.
	ForAllValues
	// ForAnyValue is true if at least one value of the request matches, so not if
	// there is none.
	ForAnyValue
)

var setPrefixes = [...]string{NoSet: "", ForAllValues: "ForAllValues:", ForAnyValue: "ForAnyValue:"}

const ifExists = "IfExists"

// Operator is a condition operator, taken apart. One that AWS does not document is
// kept with Base [Unknown]; nobody may read it as true or as false.
type Operator struct {
	// Name is the operator as written.
	Name string
	Base Base
	// IfExists is true for the …IfExists forms: a missing key satisfies them.
	IfExists bool
	Set      Set
}

// ParseOperator takes an operator's name apart. Case does not matter. NullIfExists
// and Null with a set qualifier do not exist, so they are [Unknown].
func ParseOperator(name string) Operator {
	op, rest := Operator{Name: name}, name
	for set := ForAllValues; set <= ForAnyValue; set++ {
		if prefix := setPrefixes[set]; len(rest) > len(prefix) && strings.EqualFold(rest[:len(prefix)], prefix) {
			op.Set, rest = set, rest[len(prefix):]
			break
		}
	}
	if cut := len(rest) - len(ifExists); cut > 0 && strings.EqualFold(rest[cut:], ifExists) {
		op.IfExists, rest = true, rest[:cut]
	}
	for base := StringEquals; base <= Null; base++ {
		if len(rest) == len(baseNames[base]) && strings.EqualFold(rest, baseNames[base]) {
			op.Base = base
			break
		}
	}
	if op.Base == Null && (op.IfExists || op.Set != NoSet) {
		op.Base = Unknown
	}
	return op
}

// Meant is the operator that an unknown one may stand for, "" if none is close.
func (o Operator) Meant() string {
	if o.Base != Unknown {
		return ""
	}
	set, rest, qualified := strings.Cut(o.Name, ":")
	if !qualified {
		set, rest = "", o.Name
	}
	meant := Operator{}
	if cut := len(rest) - len(ifExists); cut > 0 && strings.EqualFold(rest[cut:], ifExists) {
		meant.IfExists, rest = true, rest[:cut]
	}
	name := spelling.Nearest(rest, baseNames[StringEquals:])
	if name == "" {
		return ""
	}
	meant.Base = ParseOperator(name).Base
	if meant.Base == Null {
		return name // it has neither form
	}
	if qualified {
		prefix := spelling.Nearest(set+":", setPrefixes[ForAllValues:])
		if prefix == "" {
			return ""
		}
		meant.Set = ParseOperator(prefix + name).Set
	}
	return meant.String()
}

// Fault says what is wrong with an operator that AWS does not have; "" for one that it has.
func (o Operator) Fault() string {
	if o.Base != Unknown {
		return ""
	}
	text := "AWS has no operator of that name"
	if meant := o.Meant(); meant != "" {
		text += "; is it " + meant + "?"
	}
	return text
}

// String is AWS's spelling of the operator; an unknown one is as written.
func (o Operator) String() string {
	if o.Base == Unknown {
		return o.Name
	}
	s := setPrefixes[o.Set] + o.Base.String()
	if o.IfExists {
		s += ifExists
	}
	return s
}
