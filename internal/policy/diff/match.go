package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pair is a statement before and after; one of them is nil if it was added or removed.
type pair struct{ old, now *statement }

// removeCommon takes out the statements that both documents have.
func removeCommon(old, now *[]*statement) {
	*old = slices.DeleteFunc(*old, func(s *statement) bool {
		i := slices.IndexFunc(*now, func(o *statement) bool { return o.text == s.text })
		if i < 0 {
			return false
		}
		*now = slices.Delete(*now, i, i+1)
		return true
	})
}

// match finds for each statement the one that it became: the one with its Sid, or else
// the one that has most in common with it, if that is half or more.
func match(old, now []*statement) []pair {
	var pairs []pair
	taken := make([]bool, len(now))
	partner := make([]int, len(old))
	for i, s := range old {
		partner[i] = slices.IndexFunc(now, func(o *statement) bool { return s.sid != "" && o.sid == s.sid })
		if partner[i] >= 0 && taken[partner[i]] {
			partner[i] = -1
		}
		if partner[i] >= 0 {
			taken[partner[i]] = true
		}
	}
	for i, s := range old {
		if partner[i] < 0 {
			best, most := -1, 0.5
			for j, o := range now {
				if alike := s.alike(o); !taken[j] && alike >= most {
					best, most = j, alike
				}
			}
			if best >= 0 {
				partner[i], taken[best] = best, true
			}
		}
		p := pair{old: s}
		if partner[i] >= 0 {
			p.now = now[partner[i]]
		}
		pairs = append(pairs, p)
	}
	for j, o := range now {
		if !taken[j] {
			pairs = append(pairs, pair{now: o})
		}
	}
	return pairs
}

// alike is the share of values that two statements have in common.
func (s *statement) alike(o *statement) float64 {
	if s.effect != o.effect {
		return 0
	}
	all, common := 0, 0
	for i, e := range s.elements {
		all += len(e.values) + len(o.elements[i].values)
		common += 2 * (len(e.values) - len(missing(e.values, o.elements[i].values)))
	}
	return float64(common) / float64(max(all, 1))
}

// MaxLine is the length of a line, in characters.
const MaxLine = 100

// shorten makes a line of a text that others wrote: without what could break out of
// the line, and not too long.
func shorten(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '�'
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= MaxLine {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:MaxLine-1]), " ,") + "…"
}
