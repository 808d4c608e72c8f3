// Package spelling finds the name that somebody may have meant.
package spelling

import (
	"strings"

	"github.com/ringfence/ringfence/internal/policy/catalog"
)

// Action gives the action that somebody may have meant, "" if none is close.
func Action(action string) string {
	service, name, _ := strings.Cut(action, ":")
	list := catalog.Actions(service)
	if list == nil {
		if service = Nearest(service, catalog.Services()); service == "" {
			return ""
		}
		if a, ok := catalog.Lookup(service + ":" + name); ok {
			return a.String()
		}
		list = catalog.Actions(service)
	}
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = a.Name
	}
	if name = Nearest(name, names); name == "" {
		return ""
	}
	return list[0].Service + ":" + name
}

// Key gives the condition key that somebody may have meant, "" if none is close.
func Key(key string) string {
	prefix, _, _ := strings.Cut(key, ":")
	head, tag, tagged := strings.Cut(key, "/")
	var heads, whole []string
	for _, k := range append(catalog.KeysOf(prefix), catalog.KeysOf("aws")...) {
		if before, _, ok := strings.Cut(k, "/${"); ok {
			heads = append(heads, before)
		} else {
			whole = append(whole, k)
		}
	}
	if tagged {
		if head = Nearest(head, heads); head == "" {
			return ""
		}
		return head + "/" + tag
	}
	return Nearest(key, whole)
}

// Nearest gives the name that is closest to a word, whatever their case, "" if none is close.
func Nearest(word string, names []string) string {
	best, distance := "", min(3, len(word)/2+1)
	for _, name := range names {
		if n := Edits(strings.ToLower(name), strings.ToLower(word), distance); n < distance {
			best, distance = name, n
		}
	}
	return best
}

// Edits counts the letters to add, remove or replace to make a of b; limit if there
// are that many or more.
func Edits(a, b string, limit int) int {
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
