package lang

// Budget bounds the work of a search, in steps that take a few dozen nanoseconds each, and with it the
// memory: no step keeps more than a few bytes.
type Budget struct{ left int }

// NewBudget is a budget of so many steps.
func NewBudget(steps int) *Budget { return &Budget{steps} }

// Spend takes n steps, if as many are left. Once there were too few, there never are enough.
func (b *Budget) Spend(n int) bool {
	if b.left < n {
		b.left = -1
		return false
	}
	b.left -= n
	return true
}

// Spent reports whether the budget did not suffice.
func (b *Budget) Spent() bool { return b.left < 0 }

// Left is how many steps are left.
func (b *Budget) Left() int { return max(b.left, 0) }

// With does something with a budget of its own of n steps, and takes back what is left of it. It
// reports false if there are not as many.
func (b *Budget) With(n int, do func(part *Budget)) bool {
	if !b.Spend(n) {
		return false
	}
	part := Budget{n}
	do(&part)
	b.left += part.Left()
	return true
}

// Comparing is what it costs to compare a glob with a glob or a string, in steps.
const Comparing = 10
