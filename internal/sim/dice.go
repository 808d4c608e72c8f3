package sim

import "time"

// dice gives random numbers. The same words give the same dice, whatever was thrown in
// between: what one call draws does not depend on which calls came before it.
type dice struct{ state uint64 }

// roll makes dice of a seed and words.
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

// n is a number below most.
func (d *dice) n(most int) int { return int(d.next() % uint64(most)) }

// chance is true so many times of a thousand.
func (d *dice) chance(perMille int) bool { return d.n(1000) < perMille }

// between is a duration: to the nanosecond, so that hardly any two things happen at once.
func (d *dice) between(low, high time.Duration) time.Duration {
	return low + time.Duration(d.n(int(high-low)+1))
}

// one is one of several.
func one[T any](d *dice, of ...T) T { return of[d.n(len(of))] }
