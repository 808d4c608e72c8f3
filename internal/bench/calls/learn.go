package calls

import (
	"fmt"
	"slices"
	"time"
)

// Seen is an observed call.
type Seen struct {
	Operation  string
	Bytes      int
	Start, End time.Time
}

// Probe makes the function handle an event and returns the calls that it made, in the order of
// their arrival. The nth call of an operation, counted from 0, is answered late; none is if
// operation is empty. The delay must be longer than all other calls together.
type Probe func(operation string, nth int) ([]Seen, error)

// Learn finds the plan of a function's calls. It delays one call after the other: calls that begin
// after its answer wait for it, and the others have begun by then.
func Learn(probe Probe) (Plan, error) {
	first, err := probe("", 0)
	if err != nil {
		return nil, err
	}
	plan := make(Plan, len(first))
	for i, s := range first {
		plan[i] = Call{Operation: s.Operation, Bytes: s.Bytes}
	}
	waits := make([][]bool, len(plan)) // waits[i][j]: call i waits for call j
	for i := range waits {
		waits[i] = make([]bool, len(plan))
	}
	for j, c := range plan {
		seen, err := probe(c.Operation, plan.nth(j))
		if err != nil {
			return nil, err
		}
		at, ok := plan.match(seen)
		if !ok {
			return nil, fmt.Errorf("learning the plan of calls: the function made %s, and then %s", plan.Count(), count(seen))
		}
		for i := range plan {
			waits[i][j] = i != j && !seen[at[i]].Start.Before(seen[at[j]].End)
		}
	}
	return plan.sorted(waits)
}

// nth returns how many calls of the same operation precede call i.
func (p Plan) nth(i int) int {
	n := 0
	for _, c := range p[:i] {
		if c.Operation == p[i].Operation {
			n++
		}
	}
	return n
}

// match finds each call of the plan among the seen calls.
func (p Plan) match(seen []Seen) (at []int, ok bool) {
	taken := make([]bool, len(seen))
	for _, c := range p {
		i := slices.IndexFunc(seen, func(s Seen) bool { return s.Operation == c.Operation })
		for i >= 0 && i < len(seen) && (taken[i] || seen[i].Operation != c.Operation) {
			i++
		}
		if i < 0 || i == len(seen) {
			return nil, false
		}
		taken[i] = true
		at = append(at, i)
	}
	return at, len(p) == len(seen)
}

func count(seen []Seen) Count {
	n := Count{}
	for _, s := range seen {
		n[s.Operation]++
	}
	return n
}
