package calls

import (
	"errors"
	"slices"
)

// sorted orders the calls so that each follows those that it waits for. Of these it keeps only the
// direct ones.
func (p Plan) sorted(waits [][]bool) (Plan, error) {
	for k := range p { // waiting is transitive
		for i := range p {
			for j := range p {
				waits[i][j] = waits[i][j] || waits[i][k] && waits[k][j]
			}
		}
	}
	var order []int
	for len(order) < len(p) {
		next := slices.IndexFunc(p.places(), func(i int) bool {
			return !slices.Contains(order, i) && !slices.ContainsFunc(p.places(), func(j int) bool {
				return waits[i][j] && !slices.Contains(order, j)
			})
		})
		if next < 0 {
			return nil, errors.New("learning the plan of calls: two calls seem to wait for each other")
		}
		order = append(order, next)
	}
	plan := make(Plan, len(p))
	for place, i := range order {
		plan[place] = p[i]
		for before, j := range order[:place] {
			indirect := slices.ContainsFunc(order[:place], func(k int) bool { return waits[i][k] && waits[k][j] })
			if waits[i][j] && !indirect {
				plan[place].After = append(plan[place].After, before)
			}
		}
	}
	return plan, nil
}

// places returns the places of the plan.
func (p Plan) places() []int {
	all := make([]int, len(p))
	for i := range all {
		all[i] = i
	}
	return all
}
