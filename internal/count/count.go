// Package count formats numbers for people.
package count

import "strconv"

// Number formats a number with thousands separators: 1,204,331.
func Number(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Of formats a number with its noun: 1 event, 1,204 events.
func Of(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}
