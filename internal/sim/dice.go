package sim

import "time"

// dice gives random numbers. The same words give the same dice, independent of other dice: what
// one call draws does not depend on the calls before it.
type dice struct{ state uint64 }

// roll returns dice for a seed and words.
func roll(seed uint64, words ...string) *dice {
	h := seed*0x9e3779b97f4a7c15 + 0xcbf29ce484222325
	for _, w := range words {
		for i := 0; i < len(w); i++ {
			h = (h ^ uint64(w[i])) * 0x100000001b3
		}
		h = (h ^ 0xff) * 0x100000001b3
	}
	return &dice{h}
}

// next is splitmix64.
func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number below most.
func (d *dice) n(most int) int { return int(d.next() % uint64(most)) }

// chance returns true perMille times in a thousand.
func (d *dice) chance(perMille int) bool { return d.n(1000) < perMille }

// between returns a duration, exact to the nanosecond so that hardly any two things happen at
// once.
func (d *dice) between(low, high time.Duration) time.Duration {
	return low + time.Duration(d.n(int(high-low)+1))
}

// one returns one of several values.
func one[T any](d *dice, of ...T) T { return of[d.n(len(of))] }
