package sim

import (
	"slices"
	"strings"
)

// Shrink removes steps and faults of a story as long as it breaks the same promise. It tries at
// most as many stories as given.
func Shrink(o Options, promise, words string, tell func(Options) Result, most int) Options {
	fails := func(o Options) bool {
		if most--; most < 0 {
			return false
		}
		return slices.ContainsFunc(tell(o).Broken, func(b Broken) bool { return b.Promise == promise && strings.Contains(b.What, words) })
	}
	if o.Only == nil {
		for i := range o.Steps {
			o.Only = append(o.Only, i)
		}
	}
	for range 2 {
		if calm := o; !slices.Contains(o.Without, "all") {
			if calm.Without = []string{"all"}; fails(calm) {
				o = calm
			}
		}
		o.Only = fewer(o.Only, func(left []int) bool { x := o; x.Only = left; return fails(x) })
		if slices.Contains(o.Without, "all") {
			continue
		}
		// The faults to keep: all others are left out.
		met := tell(o).IDs
		kept := fewer(met, func(left []string) bool {
			x := o
			x.Without = append(slices.Clone(o.Without), without(met, left)...)
			return fails(x)
		})
		o.Without = append(slices.Clone(o.Without), without(met, kept)...)
	}
	return o
}

// fewer removes what is not needed from a list: first halves, then smaller parts.
func fewer[T comparable](all []T, enough func([]T) bool) []T {
	for size := len(all) / 2; size > 0; size /= 2 {
		for at := 0; at < len(all); {
			left := slices.Delete(slices.Clone(all), at, min(len(all), at+size))
			if enough(left) {
				all = left
				continue
			}
			at += size
		}
	}
	return all
}

func without(all, less []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(less, s) })
}
