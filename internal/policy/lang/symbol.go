package lang

// symbol is one step of a glob: a character that stands for itself (zero or more), a wildcard, or a
// variable (at or below firstVariable).
type symbol int32

const (
	anyRun        symbol = -1 // *: any characters, or none
	anyRunInField symbol = -2 // *, but never a colon: it keeps to one field of an ARN
	anyOne        symbol = -3 // ?: exactly one character
	anyOneInField symbol = -4 // ?, but never a colon
	firstVariable symbol = -16
)

func (s symbol) isVariable() bool  { return s <= firstVariable }
func (s symbol) isRun() bool       { return s == anyRun || s == anyRunInField }
func (s symbol) isCharacter() bool { return s >= 0 }
func (s symbol) inField() bool     { return s == anyRunInField || s == anyOneInField }

// colonless reports whether nothing that the symbol stands for has a colon.
func (s symbol) colonless() bool {
	return s.inField() || s.isCharacter() && s != ':' || s.isVariable() && s.colonFree()
}

// A variable's symbol has its number: which key, which default of it (zero for none), and whether no
// value has a colon.
const (
	defaultBits = 8
	keyShift    = defaultBits + 1
)

func (s symbol) variable() int32 { return int32(firstVariable - s) }

// colonFree reports whether no value of the variable has a colon.
func (s symbol) colonFree() bool { return s.variable()&1 == 1 }

// covers reports whether the variable s has the value of the variable o wherever o has one: it is the
// same, or has the same key and a default that o lacks.
func (s symbol) covers(o symbol) bool {
	n := o.variable()
	return s == o || s.variable()>>keyShift == n>>keyShift && n>>1&(1<<defaultBits-1) == 0
}
