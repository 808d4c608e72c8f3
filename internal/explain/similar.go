package explain

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// similar gives the action that somebody may have meant, "" if none is close.
func similar(action string) string {
	service, name, _ := strings.Cut(action, ":")
	best, distance := "", 3
	for _, a := range catalog.Actions(service) {
		if n := edits(strings.ToLower(a.Name), strings.ToLower(name), distance); n < distance {
			best, distance = a.String(), n
		}
	}
	return best
}

// edits counts the letters to add, remove or replace to make a of b; limit if there
// are that many or more.
func edits(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, lowest := row[0], limit
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
			lowest = min(lowest, row[j+1])
		}
		if lowest >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}
