package lang

import "slices"

// role is what a glob does in a query.
type role int32

const roleOut role = -1 // else the number of its union

const positionBits = 14 // a position is within 6,144 characters

// automaton is the subset construction over all globs of a query at once, built as far as the search
// goes. A state is the sorted list of the places that are reached, each a glob and a position in it.
type automaton struct {
	globs []*Glob
	roles []role
	alive []bool // by union

	letters []symbol
	next    []uint32
}

func place(glob, position int) uint32       { return uint32(glob<<positionBits | position) }
func (a *automaton) glob(p uint32) *Glob    { return a.globs[p>>positionBits] }
func (a *automaton) role(p uint32) role     { return a.roles[p>>positionBits] }
func position(p uint32) int                 { return int(p & (1<<positionBits - 1)) }
func (a *automaton) atEnd(p uint32) bool    { return position(p) == len(a.glob(p).symbols) }
func (a *automaton) symbol(p uint32) symbol { return a.glob(p).symbols[position(p)] }

// takesAll reports that whatever follows is taken: the place is a * at the end.
func (a *automaton) takesAll(p uint32) bool {
	g := a.glob(p)
	return position(p) == len(g.symbols)-1 && g.symbols[position(p)] == anyRun
}

// reach adds a place to next, and those behind the runs that stand there. A run that
// takes all makes the earlier places of its glob needless; so does a run within a
// field for the places of that field.
func (a *automaton) reach(g, at int) {
	gl := a.globs[g]
	for ; ; at++ {
		if at < len(gl.symbols) && a.run(gl.symbols[at], a.roles[g]) {
			first := 0
			if gl.symbols[at] == anyRunInField {
				first = at
				for first > 0 && a.staysInField(gl.symbols[first-1], a.roles[g]) {
					first--
				}
			}
			for n := len(a.next); n > 0 && a.next[n-1] >= place(g, first) && a.next[n-1] < place(g, at); n-- {
				a.next = a.next[:n-1]
			}
		}
		a.insert(place(g, at))
		if at == len(gl.symbols) || !a.run(gl.symbols[at], a.roles[g]) {
			return
		}
	}
}

// staysInField reports whether the symbol never takes a colon.
func (a *automaton) staysInField(s symbol, r role) bool {
	return s.inField() || a.inField(s, r)
}

// inField reports whether the letter has no colon. In the unions a variable is given
// the benefit of the doubt, in out it is not.
func (a *automaton) inField(letter symbol, r role) bool {
	if letter.isVariable() {
		return r == 0 || r == roleOut && letter.colonFree()
	}
	return letter.isCharacter() && letter != ':'
}

// run reports whether the symbol is a run: outside in[0] and out, variables are too.
func (a *automaton) run(s symbol, r role) bool { return s.isRun() || r > 0 && s.isVariable() }

func (a *automaton) insert(p uint32) {
	i := len(a.next)
	for i > 0 && a.next[i-1] > p {
		i--
	}
	if i > 0 && a.next[i-1] == p {
		return
	}
	a.next = slices.Insert(a.next, i, p)
}

// settle tidies next up and reports whether an answer may lie behind it: every union
// must be alive, and no glob of out may be one that takes all.
func (a *automaton) settle() ([]uint32, bool) {
	clear(a.alive)
	sure := -1 // the last union that takes all; places are sorted by union
	kept := a.next[:0]
	for _, p := range a.next {
		r := a.role(p)
		if r == roleOut {
			if a.takesAll(p) {
				return nil, false
			}
			kept = append(kept, p)
			continue
		}
		if int(r) == sure {
			continue
		}
		a.alive[r] = true
		if a.takesAll(p) {
			sure = int(r)
			for n := len(kept); n > 0 && a.role(kept[n-1]) == r; n-- {
				kept = kept[:n-1]
			}
		}
		kept = append(kept, p)
	}
	a.next = kept
	return kept, !slices.Contains(a.alive, false)
}

// accepts reports whether the string may end here.
func (a *automaton) accepts(state []uint32) bool {
	clear(a.alive)
	for _, p := range state {
		if !a.atEnd(p) && !a.takesAll(p) {
			continue
		}
		if a.role(p) == roleOut {
			return false
		}
		a.alive[a.role(p)] = true
	}
	return !slices.Contains(a.alive, false)
}
